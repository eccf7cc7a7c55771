import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { formatDifference, formatRatio, formatValue } from '../format/numbers';
import { directionWords, type RowsSpan, type TableRow } from '../model/rows';
import { VariantSample } from './LineSample';
import { SignalName } from './SignalName';
import { getTableStyles } from './tableStyles';
import { type NumberColumn, rawValue, testIds } from './testIds';
import { type VariantLook } from './tokens';

/** What both tables of signals are given. */
export interface SignalTableProps {
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

/** What span the numbers are of, in words. */
export const SPAN_WORDS: Record<RowsSpan, string> = { range: 'over the range', latest: 'latest' };

/** Every signal: baseline, feature, difference, ratio. A signal's name pins its track. */
export function SignalTable(props: SignalTableProps) {
  const { rows, span, baseline, looks, width, height, density, shown, active, pinned, onPin, onPreview } = props;
  const styles = useStyles2(getTableStyles);
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
                  <SignalName label={row.label} pinned={row.signal === pinned} onPin={() => onPin(row.signal)} />
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
                    className={styles.strong}
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
