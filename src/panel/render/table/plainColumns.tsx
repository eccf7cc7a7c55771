import { formatDifference, formatRatio } from '../../format/numbers';
import { directionWords, type RowsSpan } from '../../model/rows';
import { VariantSample } from '../base';
import { type Column } from './columns';
import { dataOf, valuesColumn } from './sharedCells';
import { SignalName } from './SignalName';

/** What span the numbers are of, in words. */
export const SPAN_WORDS: Record<RowsSpan, string> = { range: 'over the range', latest: 'latest' };

/** What is measured of each signal: baseline, feature, difference, ratio. The browser chooses the widths. */
export const PLAIN_COLUMNS: readonly Column[] = [
  {
    id: 'signal',
    head: ({ span }) => (
      <>
        Signal
        <small>{SPAN_WORDS[span]}</small>
      </>
    ),
    cell: (row, { compact, several, looks, styles, pinned, onPin }) => {
      const look = looks.get(row.variant);
      const words = [row.signal === pinned ? 'pinned' : '', directionWords(row.direction)];
      return (
        <>
          <SignalName label={row.label} pinned={row.signal === pinned} onPin={() => onPin(row.signal)} />
          {compact && several && look && <VariantSample look={look} />}
          {!compact && (
            <small>
              {several && row.variant !== '' && (
                <span className={styles.variant}>
                  {look && <VariantSample look={look} />} {row.variant}
                </span>
              )}
              {words.filter((word) => word !== '').join(', ')}
            </small>
          )}
        </>
      );
    },
    compact: { place: 0 },
  },
  valuesColumn,
  {
    id: 'difference',
    head: () => 'Difference',
    cell: (row, table) => (
      <span {...dataOf(row, 'difference', row.difference, table)}>
        {formatDifference(row.difference, row.style, [row.baseline, row.feature])}
      </span>
    ),
    cellStyle: 'strong',
    compact: { place: 2 },
  },
  {
    id: 'ratio',
    head: () => 'Ratio',
    cell: (row, table) => <span {...dataOf(row, 'ratio', row.ratio, table)}>{formatRatio(row.ratio)}</span>,
    compact: { place: 3 },
  },
];
