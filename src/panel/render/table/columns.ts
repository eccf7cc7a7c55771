import { type ReactNode } from 'react';
import { type ForestAxis } from '../../model/forest';
import { type RowsSpan, type TableRow } from '../../model/rows';
import { type Looks } from '../base';
import { type TableStyles } from './tableStyles';

/** What a column may know of the table that it stands in. */
export interface TableContext {
  rows: readonly TableRow[];
  span: RowsSpan;
  baseline: string | null;
  /** Whether the rows are of several features, so that each names its own. */
  several: boolean;
  looks: Looks;
  styles: TableStyles;
  /** One line a row. */
  compact: boolean;
  /** Height of a row without its rule. */
  rowHeight: number;
  /** The axis of all intervals, in multiples of each one's margin. */
  forest: ForestAxis;
  pinned: string | null;
  onPin: (signal: string) => void;
}

/** Pixels that a column takes: always as many, or what the others leave within limits. */
export type ColumnWidth = number | { least: number; most: number };

/** One column of a table of signals: everything that makes it. The first one of a table heads its rows. */
export interface Column {
  id: string;
  /** Left out, the browser chooses by what the cells hold. */
  width?: ColumnWidth;
  head: (table: TableContext, width: number) => ReactNode;
  cell: (row: TableRow, table: TableContext, width: number) => ReactNode;
  headStyle?: keyof TableStyles;
  cellStyle?: keyof TableStyles;
  /** Its width and place in a table with one line a row; null where it is left out. */
  compact: { width?: ColumnWidth; place: number } | null;
}

/** A column with the pixels that it has; NaN where the browser chooses. */
export interface PlacedColumn extends Column {
  pixels: number;
  /** Whether it takes whatever is left, however much that is. */
  open: boolean;
}

function limitsOf(width: ColumnWidth | undefined): { least: number; most: number } {
  return typeof width === 'number' ? { least: width, most: width } : (width ?? { least: NaN, most: NaN });
}

/**
 * The columns that a table of `width` pixels shows, from left to right. What the least widths leave goes to the columns
 * with an upper limit before those without.
 */
export function placeColumns(columns: readonly Column[], width: number, compact: boolean): PlacedColumn[] {
  const shown = compact
    ? columns
        .flatMap((column) => (column.compact ? [{ ...column, ...column.compact }] : []))
        .sort((a, b) => a.place - b.place)
    : columns;
  let free = width - shown.reduce((sum, column) => sum + limitsOf(column.width).least, 0);
  return shown.map((column) => {
    const { least, most } = limitsOf(column.width);
    const open = most === Infinity;
    const pixels = open ? least : Math.min(most, least + Math.max(0, free));
    free -= pixels - least;
    return { ...column, pixels, open };
  });
}
