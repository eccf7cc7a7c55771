import { type Heatmap } from '../frames/distributions';

/** The share of all of a heatmap's observations up to each bound, to choose an axis by. */
export function heatmapShares({ rows }: Heatmap): Array<{ bound: number; share: number }> {
  const sums = rows.map(({ values }) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0));
  const total = sums.reduce((sum, value) => sum + value, 0);
  let below = 0;
  return rows.map(({ upper }, index) => {
    below += sums[index] ?? 0;
    return { bound: upper, share: total > 0 ? below / total : 0 };
  });
}
