import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatDifference, formatRatio, formatValue } from '../../shared/format';
import { directionWords, type RowsSpan, type TableRow } from '../model/rows';
import { VariantSample } from './LineSample';
import { type NumberColumn, rawValue, testIds } from './testIds';
import { type VariantLook } from './tokens';

interface SignalTableProps {
  rows: readonly TableRow[];
  span: RowsSpan;
  baseline: string | null;
  looks: ReadonlyMap<string, VariantLook>;
  width: number;
  height: number;
  /** How high a row is; compact rows have one line, without the column heads. */
  density: 'roomy' | 'dense' | 'compact';
  /** The signal whose track is drawn, and the one that keys have reached. */
  shown: string | null;
  active: string | null;
  pinned: string | null;
  onPin: (signal: string) => void;
  onPreview: (signal: string | null) => void;
}

const SPAN_WORDS: Record<RowsSpan, string> = { range: 'over the range', latest: 'latest' };

/** Every signal: baseline, feature, difference, ratio. A signal's name pins its track. */
export function SignalTable(props: SignalTableProps) {
  const { rows, span, baseline, looks, width, height, density, shown, active, pinned, onPin, onPreview } = props;
  const styles = useStyles2(getStyles);
  const compact = density === 'compact';
  const several = new Set(rows.map(({ variant }) => variant)).size > 1;
  const baselineColor = baseline === null ? undefined : looks.get(baseline)?.color;

  return (
    <div className={styles.scroll} style={{ width, height }} data-testid={testIds.table}>
      <table className={cx(styles.table, density !== 'roomy' && styles[density])}>
        <caption className={styles.hidden}>{`Signals, ${SPAN_WORDS[span]}`}</caption>
        <thead className={cx(compact && styles.hidden)}>
          <tr>
            <th scope="col">
              Signal
              <small>{SPAN_WORDS[span]}</small>
            </th>
            <th scope="col">
              Baseline<span>Feature</span>
            </th>
            <th scope="col">Difference</th>
            <th scope="col">Ratio</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const look = looks.get(row.variant);
            const data = (column: NumberColumn, value: number | null) => ({
              'data-testid': testIds.tableCell(column),
              'data-signal': row.signal,
              'data-stat': row.stat,
              'data-variant': column === 'baseline' ? (baseline ?? '') : row.variant,
              'data-value': rawValue(value),
            });
            return (
              <tr
                key={row.key}
                className={cx(row.signal === shown && styles.shown, row.signal === active && styles.active)}
                data-testid={testIds.tableRow}
                onPointerEnter={() => onPreview(row.signal)}
                onPointerLeave={() => onPreview(null)}
              >
                <th scope="row">
                  <button
                    type="button"
                    className={styles.name}
                    aria-pressed={row.signal === pinned}
                    title={row.signal === pinned ? 'Unpin this track' : 'Pin the track of this signal'}
                    onClick={() => onPin(row.signal)}
                  >
                    {row.label}
                  </button>
                  {compact && several && look && <VariantSample look={look} />}
                  {!compact && (
                    <small>
                      {several && row.variant !== '' && (
                        <span className={styles.variant}>
                          {look && <VariantSample look={look} />} {row.variant}
                        </span>
                      )}
                      {[row.signal === pinned ? 'pinned' : '', directionWords(row.direction)]
                        .filter((words) => words !== '')
                        .join(', ')}
                    </small>
                  )}
                </th>
                <td>
                  <div style={{ color: baselineColor }} {...data('baseline', row.baseline)}>
                    {formatValue(row.baseline, row.style)}
                  </div>
                  <div
                    className={styles.feature}
                    style={{ color: look?.color ?? undefined }}
                    {...data('feature', row.feature)}
                  >
                    {formatValue(row.feature, row.style)}
                  </div>
                </td>
                <td className={styles.strong}>
                  <span {...data('difference', row.difference)}>
                    {formatDifference(row.difference, row.style, [row.baseline, row.feature])}
                  </span>
                </td>
                <td {...data('ratio', row.ratio)}>{formatRatio(row.ratio)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto', flexShrink: 0 }),
  hidden: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
  table: css({
    width: '100%',
    borderCollapse: 'collapse',
    fontVariantNumeric: 'tabular-nums',
    fontSize: theme.typography.body.fontSize,
    lineHeight: '18px',
    whiteSpace: 'nowrap',
    '& th, & td': {
      padding: theme.spacing(0.75, 1),
      textAlign: 'right',
      fontWeight: theme.typography.fontWeightRegular,
      verticalAlign: 'middle',
    },
    '& th:first-child': { textAlign: 'left', paddingLeft: theme.spacing(1.25) },
    '& small, & thead span': { display: 'block', color: theme.colors.text.secondary, lineHeight: '16px' },
    '& small': { fontSize: theme.typography.bodySmall.fontSize },
    '& thead th': {
      position: 'sticky',
      top: 0,
      height: 44,
      padding: theme.spacing(0.25, 1),
      background: theme.colors.background.primary,
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      lineHeight: '16px',
      verticalAlign: 'bottom',
      zIndex: 1,
    },
    '& tbody tr': { borderTop: `1px solid ${theme.colors.border.weak}`, height: 51 },
    '& tbody tr:hover': { background: theme.colors.action.hover },
  }),
  dense: css({
    '& tbody tr': { height: 42 },
    '& th, & td': { padding: theme.spacing(0.25, 1) },
  }),
  compact: css({
    '& tbody tr': { height: 26 },
    '& th, & td': { padding: theme.spacing(0, 1) },
    '& tbody th > svg': { marginLeft: theme.spacing(1) },
    '& td > div': { display: 'inline', marginLeft: theme.spacing(1) },
  }),
  shown: css({ boxShadow: `inset 3px 0 0 ${theme.colors.primary.main}` }),
  active: css({ background: theme.colors.action.selected }),
  name: css({
    padding: 0,
    border: 0,
    background: 'transparent',
    color: theme.colors.text.primary,
    font: 'inherit',
    textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
    '&[aria-pressed="true"]': { fontWeight: theme.typography.fontWeightBold },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 2 },
  }),
  variant: css({ display: 'inline-flex', alignItems: 'center', gap: 4, marginRight: theme.spacing(1) }),
  feature: css({ fontWeight: theme.typography.fontWeightMedium }),
  strong: css({ fontWeight: theme.typography.fontWeightMedium }),
});
