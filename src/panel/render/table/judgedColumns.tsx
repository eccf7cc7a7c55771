import { formatDifference } from '../../format/numbers';
import { directionWords, type RowsSpan, type TableRow } from '../../model/rows';
import { rawValue, testIds, VariantSample } from '../base';
import { type Column, type TableContext } from './columns';
import { ForestCell } from './ForestCell';
import { ForestHead } from './ForestHead';
import { SPAN_WORDS } from './plainColumns';
import { dataOf, headOf, valuesColumn } from './sharedCells';
import { SignalName } from './SignalName';
import { VerdictCell } from './VerdictCell';

const FOREST = { least: 64, most: 240 };

/** What the statistics say of each signal: values, difference, interval in margins, verdict. */
export const JUDGED_COLUMNS: readonly Column[] = [
  {
    id: 'signal',
    width: { least: 146, most: Infinity },
    head: (table) =>
      headOf(
        'Signal',
        <>
          Signal<span>margin</span>
        </>,
        table
      ),
    cell: (row, { compact, several, span, looks, pinned, onPin }) => {
      const look = looks.get(row.variant);
      const note = nameNote(row, several, span);
      return (
        <>
          <SignalName label={row.label} pinned={row.signal === pinned} onPin={() => onPin(row.signal)} />
          {several && look && <VariantSample look={look} />}
          {!compact && <small title={note}>{note}</small>}
        </>
      );
    },
    compact: { width: { least: 104, most: Infinity }, place: 0 },
  },
  { ...valuesColumn, width: 84, compact: null },
  {
    id: 'difference',
    width: 124,
    head: (table) =>
      headOf(
        'Difference and interval',
        <>
          Difference<span>{levelWords(table.rows)}</span>
        </>,
        table
      ),
    cell: (row, table) => {
      const words = row.verdict
        ? row.verdict.words
        : { difference: formatDifference(row.difference, row.style, [row.baseline, row.feature]), interval: '' };
      return (
        <>
          <span className={table.styles.strong} {...dataOf(row, 'difference', row.difference, table)}>
            {words.difference}
          </span>
          {intervalCell(row, words.interval, table)}
        </>
      );
    },
    cellStyle: 'difference',
    compact: { width: 190, place: 2 },
  },
  {
    id: 'interval',
    width: FOREST,
    head: ({ forest, compact }, width) => <ForestHead axis={forest} width={width} compact={compact} />,
    cell: (row, { forest, rowHeight }, width) => (
      <ForestCell verdict={row.verdict} axis={forest} width={width} height={rowHeight} />
    ),
    headStyle: 'forestHead',
    cellStyle: 'forest',
    compact: { width: FOREST, place: 1 },
  },
  {
    id: 'verdict',
    width: 144,
    head: (table) => headOf('Verdict', 'Verdict', table),
    cell: ({ verdict }, { compact, span }) =>
      verdict ? (
        <VerdictCell verdict={verdict} compact={compact} />
      ) : (
        <small title={`${SPAN_WORDS[span]}, not judged`}>{compact ? '' : 'not judged'}</small>
      ),
    headStyle: 'verdict',
    cellStyle: 'verdict',
    compact: { width: 32, place: 3 },
  },
];

/**
 * Below a signal's name: the feature where there are several, the edge that a difference is about, the margin. What is not
 * judged names its span: the rows beside it are about the rollout.
 */
function nameNote({ verdict, variant, direction }: TableRow, several: boolean, span: RowsSpan): string {
  const about = verdict ? [verdict.words.edge, verdict.words.margin] : [directionWords(direction), SPAN_WORDS[span]];
  return [several ? variant : '', ...about].filter((words) => words !== '').join(', ');
}

/** The level of the intervals where all have the same; each row's own is in its verdict's words. */
function levelWords(rows: readonly TableRow[]): string {
  const levels = new Set(rows.flatMap(({ verdict }) => (verdict?.level ? [verdict.level] : [])));
  const [level] = levels;
  return levels.size === 1 && level !== undefined ? `${Number((level * 100).toFixed(2))}% interval` : 'interval';
}

function intervalCell({ verdict, signal, variant }: TableRow, words: string, { compact }: TableContext) {
  if (!verdict || words === '') {
    return null;
  }
  const data = {
    'data-testid': testIds.intervalCell,
    'data-signal': signal,
    'data-variant': variant,
    'data-lower': rawValue(verdict.lower),
    'data-upper': rawValue(verdict.upper),
  };
  return compact ? <span {...data}> ({words})</span> : <small {...data}>{words}</small>;
}
