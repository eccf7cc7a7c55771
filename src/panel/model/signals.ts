import { type ThresholdsConfig } from '@grafana/data';
import { ARMS, type Direction } from '../../contract/constants.gen';
import { isOneOf } from '../frames/rows';
import { type ComparisonSeries, directionOf, quantileOf } from '../frames/series';
import { type ValueStyle } from '../format/numbers';
import { lookOf } from './fieldSettings';
import { fromTop, primaryStat, type StatWeight, statLabel, weightOf } from './stats';
import { alignTo, type Point, type Samples, stepOf } from './timeline';

/** One series on the shared time axis, with its own samples for exact reading. */
export interface Line extends Samples {
  variant: string;
  /** Values on the shared axis, as drawn. */
  points: Point[];
}

/** What a feature shows of one statistic. Difference and ratio come from the data or are not there. */
export interface FeatureLines {
  value: Line | null;
  difference: Line | null;
  ratio: Line | null;
}

/** One statistic of a signal: the baseline's line and each feature's. */
export interface StatView {
  signal: string;
  stat: string;
  label: string;
  weight: StatWeight;
  direction: Direction;
  style: ValueStyle;
  thresholds?: ThresholdsConfig;
  /** Ends of the axis, where they are set. */
  min?: number;
  max?: number;
  baseline: Line | null;
  /** By variant. */
  features: ReadonlyMap<string, FeatureLines>;
}

/** A signal as the panel sees it. */
export interface SignalView {
  id: string;
  label: string;
  /** What it measures: a distribution with percentiles, a ratio such as errors, or a plain quantity. */
  kind: 'distribution' | 'ratio' | 'plain';
  /** From the top of its track to the bottom. */
  stats: StatView[];
  /** The statistic drawn thick and shaded. */
  primary: StatView;
}

/** A signal's id as a word in a sentence: `cache_hits` is `cache hits`. */
export function signalLabel(id: string): string {
  return id.replace(/[_-]+/g, ' ').trim();
}

function toLine(series: ComparisonSeries, grid: readonly number[]): Line {
  const { variant, times, values } = series;
  return { variant, times, values, step: stepOf(times), points: alignTo(grid, times, values) };
}

function toStatView(all: ComparisonSeries[], grid: readonly number[], primary: string | undefined): StatView | null {
  const measured = all.find(({ role }) => isOneOf(ARMS, role)) ?? all[0];
  if (!measured) {
    return null;
  }
  let baseline: Line | null = null;
  const features = new Map<string, FeatureLines>();
  for (const series of all) {
    const line = toLine(series, grid);
    if (series.role === 'baseline') {
      baseline = line;
      continue;
    }
    const lines = features.get(series.variant) ?? { value: null, difference: null, ratio: null };
    features.set(series.variant, { ...lines, [series.role === 'feature' ? 'value' : series.role]: line });
  }
  const { signal, stat, field } = measured;
  return {
    signal,
    stat,
    label: statLabel(signalLabel(signal), stat),
    weight: weightOf(stat, primary),
    direction: directionOf(field, stat),
    ...lookOf(field),
    baseline,
    features,
  };
}

function toSignalView(id: string, all: ComparisonSeries[], grid: readonly number[]): SignalView | null {
  const names = [...new Set(all.map(({ stat }) => stat))];
  const primaryName = primaryStat(names);
  const stats = fromTop(names)
    .map((stat) =>
      toStatView(
        all.filter((series) => series.stat === stat),
        grid,
        primaryName
      )
    )
    .filter((view): view is StatView => view !== null);
  const primary = stats.find(({ stat }) => stat === primaryName);
  if (!primary) {
    return null;
  }
  const isDistribution = names.some((stat) => quantileOf(stat) !== null);
  const kind = isDistribution ? 'distribution' : names.includes('ratio') ? 'ratio' : 'plain';
  return { id, label: signalLabel(id), kind, stats, primary };
}

/** The signals of one subject in the order of its frames, aligned to the time axis `grid`. */
export function signalsOf(series: readonly ComparisonSeries[], grid: readonly number[]): SignalView[] {
  const bySignal = new Map<string, ComparisonSeries[]>();
  for (const item of series) {
    const known = bySignal.get(item.signal);
    if (known) {
      known.push(item);
    } else {
      bySignal.set(item.signal, [item]);
    }
  }
  return [...bySignal]
    .map(([id, all]) => toSignalView(id, all, grid))
    .filter((signal): signal is SignalView => signal !== null);
}
