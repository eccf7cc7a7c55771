import { cumsum, sum } from 'd3';
import { type Heatmap } from '../frames/distributions';

/** The share of all of a heatmap's observations up to each bound, to choose an axis by. */
export function heatmapShares({ rows }: Heatmap): Array<{ bound: number; share: number }> {
  const below = cumsum(rows.map(({ values }) => sum(values, (value) => value)));
  const total = below.at(-1) ?? 0;
  return rows.map(({ upper }, index) => ({ bound: upper, share: total > 0 ? (below[index] ?? 0) / total : 0 }));
}
