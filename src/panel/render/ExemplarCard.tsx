import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type Exemplar } from '../../shared/exemplars';
import { formatValue, type ValueStyle } from '../../shared/format';
import { type PixelPoint } from '../model/placement';
import { testIds } from './testIds';

interface ExemplarCardProps {
  exemplar: Exemplar;
  style: ValueStyle;
  color: string | undefined;
  time: string;
  /** The mark, in the tracks' own pixels. */
  at: PixelPoint;
  /** The plot's right edge. */
  right: number;
}

const WIDTH = 320;
const DISTANCE = 12;
/** What a card is worth: the labels that say which request it was. */
const TOLD = ['method', 'route', 'status', 'instance'];

/** What is known of one trace, beside its mark. */
export function ExemplarCard({ exemplar, style, color, time, at, right }: ExemplarCardProps) {
  const styles = useStyles2(getStyles);
  const { role, variant, value, traceId, labels, link } = exemplar;
  const told = TOLD.flatMap((name) => labels[name] ?? []);
  const left = at.x + DISTANCE + WIDTH > right ? Math.max(0, at.x - DISTANCE - WIDTH) : at.x + DISTANCE;
  return (
    <div
      className={styles.card}
      style={{ left, top: at.y + DISTANCE, width: WIDTH }}
      role="tooltip"
      data-testid={testIds.exemplarCard}
    >
      <div className={styles.head}>
        <span>
          {role} <b style={{ color }}>{variant}</b>
        </span>
        <b style={{ color }}>{formatValue(value, style)}</b>
      </div>
      <div>{[time, ...told].join(' · ')}</div>
      <div className={styles.trace}>trace {traceId}</div>
      {link && <div className={styles.hint}>{link.title}: click, or Enter</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'absolute',
    zIndex: theme.zIndex.tooltip,
    padding: theme.spacing(1, 1.25),
    border: `1px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    // The theme's own colour for this came only after the oldest Grafana that the panel runs in.
    background: theme.isDark ? theme.colors.background.secondary : theme.colors.background.primary,
    boxShadow: theme.shadows.z2,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: '16px',
    pointerEvents: 'none',
    '& > div': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  }),
  head: css({ display: 'flex', justifyContent: 'space-between' }),
  trace: css({ fontFamily: theme.typography.fontFamilyMonospace, color: theme.colors.text.secondary }),
  hint: css({ color: theme.colors.text.secondary }),
});
