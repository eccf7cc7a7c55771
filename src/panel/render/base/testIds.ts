import { type Role } from '../../../contract/constants.gen';
import { type DistributionPart } from '../../model/distributionLayout';

/**
 * What browser tests find the panel's parts by. Number cells carry the exact value in `data-value`, empty for none,
 * and say what it is of in `data-signal`, `data-stat` and `data-variant`.
 */
export const testIds = {
  panel: 'flaglens-panel',
  header: 'flaglens-header',
  pill: 'flaglens-pill',
  legend: 'flaglens-legend',
  crosshair: 'flaglens-crosshair',
  tooltip: 'flaglens-tooltip',
  /** A cell of the tooltip, by column. */
  tooltipCell: (column: NumberColumn) => `flaglens-tooltip-${column}`,
  table: 'flaglens-table',
  tableRow: 'flaglens-table-row',
  /** A cell of the table, by column. */
  tableCell: (column: NumberColumn) => `flaglens-table-${column}`,
  split: 'flaglens-traffic-split',
  message: 'flaglens-message',
  notices: 'flaglens-notices',
  /** The pill's verdict in `data-state`, of the signal in `data-signal`. */
  verdict: 'flaglens-verdict',
  /** A row's verdict, with the state in `data-state` and the live one in `data-live`. */
  verdictCell: 'flaglens-table-verdict',
  /** A row's interval, with its exact ends in `data-lower` and `data-upper`. */
  intervalCell: 'flaglens-table-interval',
  note: 'flaglens-note',
  rollout: 'flaglens-rollout',
  requestRatio: 'flaglens-request-ratio',
  change: 'flaglens-change',
  /** A trace's mark, with its id in `data-trace`, and what is known of it. */
  exemplar: 'flaglens-exemplar',
  exemplarCard: 'flaglens-exemplar-card',
  /** The name of the signal on the main track. */
  mainTitle: 'flaglens-main-title',
  tint: 'flaglens-rollout-tint',
  /** What dims the part of the range that a withheld verdict is about. */
  veil: 'flaglens-veil',
  /** How much of what a verdict needs is there, in `data-value`. */
  progress: 'flaglens-progress',
  /** Shows the range in which the flag was seen last. */
  lastRollout: 'flaglens-last-rollout',
  /** The flag's most damaging verdict beside that of the distribution. */
  overall: 'flaglens-overall',
  /** A part of the distribution view. */
  distribution: (part: DistributionPart) => `flaglens-distribution-${part}`,
  /** The quantile that is read off, in `data-quantile`. */
  callout: 'flaglens-distribution-callout',
} as const;

/** The columns of numbers that tooltip and table have alike. */
export type NumberColumn = Role;

/** A number without loss, as a data attribute; empty for none. */
export function rawValue(value: number | null): string {
  return value === null ? '' : String(value);
}
