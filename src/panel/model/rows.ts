import { type Direction } from '../../contract/constants.gen';
import { type ComparisonRow, impliedDirection } from '../frames/series';
import { type ValueStyle } from '../format/numbers';
import { type Verdict } from '../frames/verdicts';
import { type FeatureLines, type SignalView, signalLabel, type StatView } from './signals';
import { byImportance, statLabel } from './stats';
import { valueAt } from './timeline';
import { byDamage } from './verdict';

/** One line of the table of signals. */
export interface TableRow {
  key: string;
  signal: string;
  stat: string;
  label: string;
  /** The feature that the row compares; empty when only the baseline has data. */
  variant: string;
  direction: Direction;
  style: ValueStyle;
  baseline: number | null;
  feature: number | null;
  difference: number | null;
  ratio: number | null;
  /** What the statistics say of it; its numbers are then those that the verdict rests on. */
  verdict: Verdict | null;
}

/** What the numbers of the table stand for: the whole range, or the latest point of each series. */
export type RowsSpan = 'range' | 'latest';

/** Rows by importance: what each signal is judged by comes before other statistics; verdicts are in order already. */
export function mainRowsFirst(rows: readonly TableRow[]): TableRow[] {
  if (rows.some(({ verdict }) => verdict)) {
    return [...rows];
  }
  const firstStat = new Map<string, string>();
  for (const { signal, stat } of rows) {
    firstStat.set(signal, firstStat.get(signal) ?? stat);
  }
  const isMain = ({ signal, stat }: TableRow) => firstStat.get(signal) === stat;
  return [...rows.filter(isMain), ...rows.filter((row) => !isMain(row))];
}

/** The direction in words, for people and for screen readers; empty when the signal has none. */
export function directionWords(direction: Direction): string {
  return direction === 'neutral' ? '' : `${direction} is better`;
}

/** Worse or better by a signal's direction; null where there is no difference or no direction. */
export function changeOf(difference: number | null, direction: Direction): 'worse' | 'better' | null {
  if (difference === null || difference === 0 || direction === 'neutral') {
    return null;
  }
  return difference > 0 === (direction === 'lower') ? 'worse' : 'better';
}

function rowKey(signal: string, stat: string, variant: string): string {
  return JSON.stringify([signal, stat, variant]);
}

/** Rows of the range, from the comparison table. */
export function rowsOfRange(rows: readonly ComparisonRow[], signals: readonly SignalView[]): TableRow[] {
  const views = new Map(signals.flatMap(({ stats }) => stats).map((view) => [`${view.signal}/${view.stat}`, view]));
  const ids = [...new Set(rows.map(({ signal }) => signal))];
  return ids.flatMap((id) => {
    const ofSignal = rows.filter(({ signal, stat }) => signal === id && stat !== 'share');
    return byImportance([...new Set(ofSignal.map(({ stat }) => stat))]).flatMap((stat) =>
      ofSignal.filter((row) => row.stat === stat).map((row) => fromRange(row, views.get(`${id}/${stat}`)))
    );
  });
}

function fromRange(row: ComparisonRow, view: StatView | undefined): TableRow {
  const { signal, stat, variant, unit } = row;
  return {
    key: rowKey(signal, stat, variant),
    signal,
    stat,
    label: statLabel(signalLabel(signal), stat),
    variant,
    direction: row.direction ?? view?.direction ?? impliedDirection(unit, stat),
    style: { unit: view?.style.unit ?? unit, decimals: view?.style.decimals },
    baseline: row.baselineValue,
    feature: row.variantValue,
    difference: row.difference,
    ratio: row.ratio,
    verdict: null,
  };
}

/** Rows of the latest point of each series, where the panel has no comparison table. */
export function rowsOfLatest(signals: readonly SignalView[]): TableRow[] {
  return signals.flatMap(({ stats }) =>
    byImportance(stats.map(({ stat }) => stat).filter((stat) => stat !== 'share')).flatMap((name) =>
      stats.filter(({ stat }) => stat === name).flatMap(latestOfStat)
    )
  );
}

function latestOfStat(view: StatView): TableRow[] {
  const { signal, stat, label, direction, style } = view;
  const row = (variant: string, lines: FeatureLines): TableRow => ({
    key: rowKey(signal, stat, variant),
    signal,
    stat,
    label,
    variant,
    direction,
    style,
    ...latestOf(view, lines),
    verdict: null,
  });
  return view.features.size === 0
    ? [row('', { value: null, difference: null, ratio: null })]
    : [...view.features].map(([variant, lines]) => row(variant, lines));
}

/** Values of one moment, so that a row adds up: the last one at which the two can be compared, else each one's last. */
function latestOf(
  view: StatView,
  lines: FeatureLines
): Pick<TableRow, 'baseline' | 'feature' | 'difference' | 'ratio'> {
  const common = lastTime(lines.difference) ?? lastTime(lines.ratio);
  const read = (line: FeatureLines['value']): number | null => {
    const time = common ?? lastTime(line);
    return line && time !== null ? valueAt(line, time) : null;
  };
  return {
    baseline: read(view.baseline),
    feature: read(lines.value),
    difference: read(lines.difference),
    ratio: read(lines.ratio),
  };
}

function lastTime(line: FeatureLines['value']): number | null {
  for (let i = (line?.values.length ?? 0) - 1; i >= 0; i--) {
    if (line?.values[i] !== null && line?.values[i] !== undefined) {
      return line.times[i] ?? null;
    }
  }
  return null;
}

/** What the row of a histogram's verdict is of, in the place of a statistic. */
const OVER_EDGE = 'over';

function fromVerdict(verdict: Verdict): TableRow {
  const { signal, stat, variant, unit, differenceUnit, direction, judgedBaseline, judgedVariant } = verdict;
  const common = { signal, variant, direction, difference: verdict.difference, ratio: verdict.ratio, verdict };
  // Of a histogram the parts above an edge are judged; its quantiles are rows of their own, as information.
  if (unit !== differenceUnit && judgedVariant !== null) {
    const style = { unit: differenceUnit };
    return {
      ...common,
      ...{ key: rowKey(signal, OVER_EDGE, variant), stat: OVER_EDGE, label: signalLabel(signal), style },
      ...{ baseline: judgedBaseline, feature: judgedVariant },
    };
  }
  return {
    ...common,
    key: rowKey(signal, stat, variant),
    stat,
    label: verdict.words.label,
    style: { unit },
    baseline: verdict.baselineValue,
    feature: verdict.variantValue,
  };
}

/** Rows with what the statistics say of them: those that are judged, worst first, then those that are only measured. */
export function withVerdicts(rows: readonly TableRow[], verdicts: readonly Verdict[]): TableRow[] {
  const judged = byDamage(verdicts).map(fromVerdict);
  const known = new Set(judged.map(({ key }) => key));
  return [...judged, ...rows.filter(({ key }) => !known.has(key))];
}
