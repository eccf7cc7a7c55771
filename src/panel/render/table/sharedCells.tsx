import { type ReactNode } from 'react';
import { formatValue } from '../../format/numbers';
import { type TableRow } from '../../model/rows';
import { type NumberColumn, rawValue, testIds } from '../base';
import { type Column, type TableContext } from './columns';

/** What tests and scripts read of a number cell. */
export function dataOf(row: TableRow, column: NumberColumn, value: number | null, { baseline }: TableContext) {
  return {
    'data-testid': testIds.tableCell(column),
    'data-signal': row.signal,
    'data-stat': row.stat,
    'data-variant': column === 'baseline' ? (baseline ?? '') : row.variant,
    'data-value': rawValue(value),
  };
}

/** A head that compact tables have for screen readers alone. */
export function headOf(words: string, short: ReactNode, { compact, styles }: TableContext): ReactNode {
  return compact ? <span className={styles.hidden}>{words}</span> : short;
}

/** The baseline's value above the feature's. */
export const valuesColumn: Column = {
  id: 'values',
  head: () => (
    <>
      Baseline<span>Feature</span>
    </>
  ),
  cell: (row, table) => {
    const { baseline, looks, styles } = table;
    return (
      <>
        <div
          style={{ color: baseline === null ? undefined : looks.get(baseline)?.color }}
          {...dataOf(row, 'baseline', row.baseline, table)}
        >
          {formatValue(row.baseline, row.style)}
        </div>
        <div
          className={styles.strong}
          style={{ color: looks.get(row.variant)?.color }}
          {...dataOf(row, 'feature', row.feature, table)}
        >
          {formatValue(row.feature, row.style)}
        </div>
      </>
    );
  },
  compact: { place: 1 },
};
