import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { formatDifference, formatValue } from '../format/numbers';
import { forestAxis, forestX } from '../model/forest';
import { directionWords, type TableRow } from '../model/rows';
import { intervalInMargins } from '../model/verdict';
import { differenceWords, edgeWords, marginWords } from '../model/verdictWords';
import { ForestCell } from './ForestCell';
import { VariantSample } from './LineSample';
import { SignalName } from './SignalName';
import { SPAN_WORDS, type SignalTableProps } from './SignalTable';
import { getTableStyles } from './tableStyles';
import { type NumberColumn, rawValue, testIds } from './testIds';
import { VerdictCell } from './VerdictCell';

interface VerdictTableProps extends SignalTableProps {
  /** The end of the range, from which forecasts count. */
  now: number;
}

/** Widths of the columns, pixels; the signal's takes the rest, and the intervals' what that leaves. */
const COLUMNS = {
  roomy: { values: 84, difference: 124, verdict: 144, signal: 146 },
  compact: { values: 0, difference: 190, verdict: 32, signal: 104 },
};
const FOREST = { min: 64, max: 240 };
const ROW = { roomy: 50, dense: 41, compact: 25 };

/** Every signal with what the statistics say of it: values, difference, interval in margins, verdict. */
export function VerdictTable(props: VerdictTableProps) {
  const { rows, span, baseline, looks, width, height, density, shown, active, pinned, onPin, onPreview, now } = props;
  const styles = useStyles2(getTableStyles);
  const own = useStyles2(getStyles);
  const compact = density === 'compact';
  const columns = compact ? COLUMNS.compact : COLUMNS.roomy;
  const free = width - columns.values - columns.difference - columns.verdict - columns.signal;
  const forest = Math.min(FOREST.max, Math.max(FOREST.min, free));
  const axis = useMemo(
    () => forestAxis(rows.map(({ verdict }) => (verdict ? intervalInMargins(verdict) : null))),
    [rows]
  );
  const several = new Set(rows.map(({ variant }) => variant)).size > 1;
  const baselineColor = baseline === null ? undefined : looks.get(baseline)?.color;

  const row = (item: TableRow) => {
    const { verdict, signal, stat, variant, style, difference } = item;
    const look = looks.get(variant);
    const data = (column: NumberColumn, value: number | null) => ({
      'data-testid': testIds.tableCell(column),
      'data-signal': signal,
      'data-stat': stat,
      'data-variant': column === 'baseline' ? (baseline ?? '') : variant,
      'data-value': rawValue(value),
    });
    const words = verdict
      ? differenceWords(verdict)
      : { difference: formatDifference(difference, style, [item.baseline, item.feature]), interval: '' };
    return (
      <tr
        key={item.key}
        className={cx(signal === shown && styles.shown, signal === active && styles.active)}
        data-testid={testIds.tableRow}
        title={verdict?.reason}
        onPointerEnter={() => onPreview(signal)}
        onPointerLeave={() => onPreview(null)}
      >
        <th scope="row">
          <SignalName label={item.label} pinned={signal === pinned} onPin={() => onPin(signal)} />
          {several && look && <VariantSample look={look} />}
          {!compact && <small title={nameNote(item, several)}>{nameNote(item, several)}</small>}
        </th>
        {!compact && (
          <td>
            <div style={{ color: baselineColor }} {...data('baseline', item.baseline)}>
              {formatValue(item.baseline, style)}
            </div>
            <div className={styles.strong} style={{ color: look?.color }} {...data('feature', item.feature)}>
              {formatValue(item.feature, style)}
            </div>
          </td>
        )}
        {compact && <ForestTd {...{ item, axis, forest, density }} />}
        <td className={own.difference}>
          <span className={styles.strong} {...data('difference', difference)}>
            {words.difference}
          </span>
          <IntervalWords item={item} words={words.interval} compact={compact} />
        </td>
        {!compact && <ForestTd {...{ item, axis, forest, density }} />}
        <td className={own.verdict}>
          {verdict ? (
            <VerdictCell verdict={verdict} now={now} compact={compact} />
          ) : (
            <small title={`${SPAN_WORDS[span]}, not judged`}>{compact ? '' : 'not judged'}</small>
          )}
        </td>
      </tr>
    );
  };

  return (
    <div className={styles.scroll} style={{ width, height }} data-testid={testIds.table}>
      <table className={cx(styles.table, own.fixed, density !== 'roomy' && styles[density])}>
        <caption className={styles.hidden}>Signals with their verdicts, worst first</caption>
        <colgroup>
          <col />
          {compact ? <col style={{ width: forest }} /> : <col style={{ width: columns.values }} />}
          <col style={{ width: columns.difference }} />
          {!compact && <col style={{ width: forest }} />}
          <col style={{ width: columns.verdict }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              {compact ? (
                <span className={styles.hidden}>Signal</span>
              ) : (
                <>
                  Signal<span>margin</span>
                </>
              )}
            </th>
            {!compact && (
              <th scope="col">
                Baseline<span>Feature</span>
              </th>
            )}
            {compact && <ForestHead {...{ axis, forest, compact }} />}
            <th scope="col">
              {compact ? (
                <span className={styles.hidden}>Difference and interval</span>
              ) : (
                <>
                  Difference<span>{levelWords(rows)}</span>
                </>
              )}
            </th>
            {!compact && <ForestHead {...{ axis, forest, compact }} />}
            <th scope="col" className={own.verdict}>
              {compact ? <span className={styles.hidden}>Verdict</span> : 'Verdict'}
            </th>
          </tr>
        </thead>
        <tbody>{rows.map(row)}</tbody>
      </table>
    </div>
  );
}

/** Below a signal's name: the feature where there are several, the edge that a difference is about, the margin. */
function nameNote({ verdict, variant, direction }: TableRow, several: boolean): string {
  const about = verdict ? [edgeWords(verdict), marginWords(verdict)] : [directionWords(direction)];
  return [several ? variant : '', ...about].filter((words) => words !== '').join(', ');
}

/** The level of the intervals where all have the same; each row's own is in its verdict's words. */
function levelWords(rows: readonly TableRow[]): string {
  const levels = new Set(rows.flatMap(({ verdict }) => (verdict?.level ? [verdict.level] : [])));
  const [level] = levels;
  return levels.size === 1 && level !== undefined ? `${Number((level * 100).toFixed(2))}% interval` : 'interval';
}

function IntervalWords({ item, words, compact }: { item: TableRow; words: string; compact: boolean }) {
  const { verdict } = item;
  if (!verdict || words === '') {
    return null;
  }
  const data = {
    'data-testid': testIds.intervalCell,
    'data-signal': item.signal,
    'data-variant': item.variant,
    'data-lower': rawValue(verdict.lower),
    'data-upper': rawValue(verdict.upper),
  };
  return compact ? <span {...data}> ({words})</span> : <small {...data}>{words}</small>;
}

interface ForestProps {
  axis: ReturnType<typeof forestAxis>;
  forest: number;
}

function ForestTd({ item, axis, forest, density }: ForestProps & { item: TableRow; density: keyof typeof ROW }) {
  const own = useStyles2(getStyles);
  return (
    <td className={own.forest}>
      <ForestCell verdict={item.verdict} axis={axis} width={forest} height={ROW[density]} />
    </td>
  );
}

/** Names the two lines that run through all rows, and which way is worse. */
function ForestHead({ axis, forest, compact }: ForestProps & { compact: boolean }) {
  const own = useStyles2(getStyles);
  const theme = useTheme2();
  const zero = forestX(0, axis, forest);
  const margin = forestX(1, axis, forest);
  return (
    <th scope="col" className={own.forestHead} style={{ height: compact ? 18 : 44 }}>
      <span className={own.spoken}>Interval in multiples of the margin</span>
      <span aria-hidden style={{ color: theme.colors.text.secondary }}>
        {!compact && forest > 110 && (
          <>
            <i style={{ left: 2, top: 8 }}>← better</i>
            <i style={{ right: 2, top: 8 }}>worse →</i>
          </>
        )}
        <i style={{ left: zero, bottom: 0, transform: 'translateX(-50%)' }}>0</i>
        <i
          style={{
            left: Math.max(margin, zero + 10),
            bottom: 0,
            transform: `translateX(${margin - zero < 40 ? 0 : -50}%)`,
          }}
        >
          margin
        </i>
      </span>
    </th>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  fixed: css({
    tableLayout: 'fixed',
    '& td, & th, & small': { overflow: 'hidden', textOverflow: 'ellipsis' },
    '& tbody th > svg': { marginLeft: theme.spacing(1) },
  }),
  difference: css({ '& span + span': { color: theme.colors.text.secondary } }),
  verdict: css({ '&&': { textAlign: 'left' } }),
  forest: css({ '&&': { padding: 0 } }),
  forestHead: css({
    '&&': { position: 'sticky', padding: 0, overflow: 'hidden' },
    '& i': { position: 'absolute', fontStyle: 'normal', lineHeight: '14px' },
  }),
  spoken: css({
    '&&': { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' },
  }),
});
