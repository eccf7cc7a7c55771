import { formatDifference, formatRatio, formatValue } from '../format/numbers';
import { type TableRow } from './rows';
import { type ComparisonView } from './view';

/** The panel's one sentence while there is no verdict: the main difference, in two parts. */
export interface Headline {
  title: string;
  detail: string;
}

function sizeOf(row: TableRow): string {
  if (row.difference === null) {
    return `${formatValue(row.feature, row.style)} over ${formatValue(row.baseline, row.style)}`;
  }
  const difference = formatDifference(row.difference, row.style, [row.baseline, row.feature]);
  return row.ratio === null ? difference : `${difference}, ${formatRatio(row.ratio)}`;
}

/**
 * The difference of the signal that is drawn, or null when nothing is compared. `signal` is the main track's;
 * `short` leaves out what span the numbers are of.
 */
export function headlineOf(view: ComparisonView, signal: string | null, short = false): Headline | null {
  const compared = view.rows.filter(({ feature, baseline }) => feature !== null && baseline !== null);
  const row = compared.find((candidate) => candidate.signal === signal) ?? compared[0];
  if (!row) {
    return null;
  }
  const name = view.features.length > 1 ? `${row.label}, ${row.variant}` : row.label;
  const span = view.rowsSpan === 'range' ? 'over the range' : 'latest';
  return { title: name, detail: short ? sizeOf(row) : `${sizeOf(row)} ${span}` };
}
