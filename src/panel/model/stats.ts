import { quantileOf } from '../frames/series';

/** How a statistic is drawn: one primary line, quantiles below and above it, and a mean that starts hidden. */
export type StatWeight = 'primary' | 'inner' | 'outer' | 'mean';

/** The quantile that a comparison is judged by where it is there. */
const PRIMARY_QUANTILE = 0.95;

/** The statistic of a signal that is drawn thick and shaded: p95, else the quantile nearest to it, else the first. */
export function primaryStat(stats: readonly string[]): string | undefined {
  let best: string | undefined;
  let distance = Infinity;
  for (const stat of stats) {
    const quantile = quantileOf(stat);
    const away = quantile === null ? Infinity : Math.abs(quantile - PRIMARY_QUANTILE);
    if (away < distance) {
      best = stat;
      distance = away;
    }
  }
  return best ?? stats.find((stat) => stat !== 'share') ?? stats[0];
}

/** How `stat` is drawn beside the signal's primary statistic. */
export function weightOf(stat: string, primary: string | undefined): StatWeight {
  if (stat === primary) {
    return 'primary';
  }
  const quantile = quantileOf(stat);
  if (quantile === null) {
    return 'mean';
  }
  return quantile < (quantileOf(primary ?? '') ?? PRIMARY_QUANTILE) ? 'inner' : 'outer';
}

/** Statistics from the top of a track to its bottom: quantiles falling, then the rest in their own order. */
export function fromTop(stats: readonly string[]): string[] {
  return [...stats].sort((a, b) => (quantileOf(b) ?? -1) - (quantileOf(a) ?? -1));
}

/** Statistics in the order in which they matter: the primary one, those above it, those below, the rest. */
export function byImportance(stats: readonly string[]): string[] {
  const primary = primaryStat(stats);
  const rank: Record<StatWeight, number> = { primary: 0, outer: 1, inner: 2, mean: 3 };
  return [...stats].sort((a, b) => rank[weightOf(a, primary)] - rank[weightOf(b, primary)]);
}

/** What the panel calls a statistic after its signal: the latency's p95, but errors and throughput by themselves. */
export function statLabel(signalLabel: string, stat: string): string {
  return quantileOf(stat) !== null || stat === 'mean' || stat === 'share' ? `${signalLabel} ${stat}` : signalLabel;
}
