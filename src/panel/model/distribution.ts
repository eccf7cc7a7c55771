import { ARMS } from '../../contract/constants.gen';
import { type DataFrame } from '@grafana/data';
import {
  type Cumulative,
  type Heatmap,
  readCumulative,
  readHeatmap,
  readShift,
  type Shift,
} from '../frames/distributions';
import { isOneOf } from '../frames/rows';
import { type ComparisonSeries, readSeries } from '../frames/series';
import { readVerdicts, type Verdict } from '../frames/verdicts';
import { byDamage } from './verdict';

/** One distribution of one flag: baseline first, then the features. */
export interface DistributionView {
  flag: string;
  signal: string;
  /** Grafana's unit id of what is distributed. */
  unit: string;
  baseline: string | null;
  features: string[];
  cumulative: Cumulative[];
  /** Rows of each feature by name, ascending quantiles. */
  shifts: ReadonlyMap<string, Shift[]>;
  heatmaps: Heatmap[];
  /** The line over each heatmap, where the panel has the series as well: its primary quantile over time, by variant. */
  lines: ComparisonSeries[];
  /** Worst first. */
  verdicts: Verdict[];
}

const LINE_STAT = 'p95';

/** The distribution that frames hold, or null when they hold none. `wanted` picks one of several signals. */
export function distributionOf(frames: readonly DataFrame[], wanted: string): DistributionView | null {
  const cumulative = frames.flatMap(readCumulative);
  const shifts = frames.flatMap(readShift);
  const heatmaps = frames.map(readHeatmap).filter((heatmap) => heatmap !== null);
  const all = [...cumulative, ...shifts, ...heatmaps];
  const first = all.find(({ signal }) => signal === wanted) ?? all[0];
  if (!first) {
    return null;
  }
  const { flag, signal } = first;
  const isShown = (item: { flag: string; signal: string }) => item.flag === flag && item.signal === signal;
  const own = {
    cumulative: cumulative.filter(isShown),
    shifts: shifts.filter(isShown),
    heatmaps: heatmaps.filter(isShown),
  };
  const baseline =
    [...own.cumulative, ...own.heatmaps].find(({ role }) => role === 'baseline')?.variant ??
    own.shifts[0]?.baseline ??
    null;
  const variants = [...own.cumulative, ...own.shifts, ...own.heatmaps].map(({ variant }) => variant);
  const features = [...new Set(variants)].filter((variant) => variant !== baseline);
  const baselineFirst = (a: { role: string }, b: { role: string }) =>
    Number(b.role === 'baseline') - Number(a.role === 'baseline');
  return {
    flag,
    signal,
    unit: own.cumulative[0]?.unit ?? own.shifts[0]?.unit ?? '',
    baseline,
    features,
    cumulative: own.cumulative.sort(baselineFirst),
    shifts: new Map(
      features.map((variant) => [
        variant,
        own.shifts.filter((row) => row.variant === variant).sort((a, b) => a.quantile - b.quantile),
      ])
    ),
    heatmaps: own.heatmaps.sort(baselineFirst),
    lines: frames
      .flatMap(readSeries)
      .filter((series) => isShown(series) && series.stat === LINE_STAT && isOneOf(ARMS, series.role)),
    verdicts: byDamage(frames.flatMap((frame) => readVerdicts(frame) ?? []).filter((verdict) => verdict.flag === flag)),
  };
}

/** How many observations a distribution is of. */
export function totalOf({ points }: Cumulative): number {
  return points.at(-1)?.count ?? 0;
}
