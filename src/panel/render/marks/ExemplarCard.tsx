import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type Exemplar } from '../../frames/exemplars';
import { formatValue, type ValueStyle } from '../../format/numbers';
import { type PixelPoint } from '../../model/placement';
import { cutOff, floatingStyles, testIds } from '../base';

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
/** The labels that say which request it was. */
const SHOWN = ['method', 'route', 'status', 'instance'];

/** What is known of one trace, beside its mark. */
export function ExemplarCard({ exemplar, style, color, time, at, right }: ExemplarCardProps) {
  const styles = useStyles2(getStyles);
  const { role, variant, value, traceId, labels, link } = exemplar;
  const shown = SHOWN.flatMap((name) => labels[name] ?? []);
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
      <div>{[time, ...shown].join(' · ')}</div>
      <div className={styles.trace}>trace {traceId}</div>
      {link && <div className={styles.hint}>{link.title}: click, or Enter</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    ...floatingStyles(theme),
    fontVariantNumeric: 'tabular-nums',
    '& > div': { ...cutOff },
  }),
  head: css({ display: 'flex', justifyContent: 'space-between' }),
  trace: css({ fontFamily: theme.typography.fontFamilyMonospace, color: theme.colors.text.secondary }),
  hint: css({ color: theme.colors.text.secondary }),
});
