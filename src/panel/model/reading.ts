import { type Direction } from '../../contract/constants.gen';
import { type ValueStyle } from '../format/numbers';
import { harmOf, verdictOn } from './harm';
import { type FeatureLines, type Line, type SignalView, type StatView } from './signals';
import { valueAt } from './timeline';
import { type ComparisonView } from './view';

/** One feature's numbers in a reading. */
export interface ReadingCell {
  variant: string;
  feature: number | null;
  difference: number | null;
  ratio: number | null;
  /** Whether the difference is more than noise. */
  harm: 'worse' | 'better' | null;
}

/** One statistic at one moment: the baseline and each feature. */
export interface ReadingRow {
  key: string;
  signal: string;
  stat: string;
  /** Short, as tooltips call it: p95, errors, requests. */
  label: string;
  /** Whether its signal is judged by this statistic. */
  primary: boolean;
  direction: Direction;
  style: ValueStyle;
  baseline: number | null;
  features: ReadingCell[];
}

/** Everything under the crosshair at one time. */
export interface Reading {
  time: number;
  rows: ReadingRow[];
  /** Whether the data has differences and ratios at all; a split query has none. */
  compared: boolean;
}

function at(line: Line | null | undefined, time: number): number | null {
  return line ? valueAt(line, time) : null;
}

function rowOf(
  view: StatView,
  label: string,
  { verdicts }: ComparisonView,
  features: readonly string[],
  time: number
): ReadingRow {
  const baseline = at(view.baseline, time);
  return {
    key: `${view.signal}/${view.stat}`,
    signal: view.signal,
    stat: view.stat,
    label,
    primary: view.weight === 'primary',
    direction: view.direction,
    style: view.style,
    baseline,
    features: features.map((variant) => {
      const lines: FeatureLines | undefined = view.features.get(variant);
      const difference = at(lines?.difference, time);
      return {
        variant,
        feature: at(lines?.value, time),
        difference,
        harm: harmOf(verdictOn(verdicts, view.signal, variant), baseline, difference),
        ratio: at(lines?.ratio, time),
      };
    }),
  };
}

/** What a reading is limited to. */
export interface ReadingScope {
  main: SignalView | null;
  errors: SignalView | null;
  features: readonly string[];
  /** Statistics of the main signal that the legend has switched off. */
  hiddenStats: ReadonlySet<string>;
}

/** Reads all tracks at one time: the main signal's statistics, the errors, and the requests. */
export function readingAt(view: ComparisonView, scope: ReadingScope, time: number): Reading {
  const { main, errors, features, hiddenStats } = scope;
  const requests = view.signals
    .filter((signal) => signal.id !== main?.id && signal.stats.some(({ stat }) => stat === 'share'))
    .flatMap((signal) => signal.stats.filter(({ stat }) => stat === 'rate'));
  const ofMain = main?.stats.filter(({ stat }) => stat !== 'share' && !hiddenStats.has(stat)) ?? [];
  const rows = [
    ...ofMain.map((stat) => rowOf(stat, main?.kind === 'distribution' ? stat.stat : stat.label, view, features, time)),
    ...(errors ? [rowOf(errors.primary, errors.primary.label, view, features, time)] : []),
    ...requests.map((stat) => rowOf(stat, 'requests', view, features, time)),
  ];
  const compared = view.signals.some(({ stats }) =>
    stats.some((stat) => [...stat.features.values()].some(({ difference, ratio }) => difference ?? ratio))
  );
  return { time, rows, compared };
}
