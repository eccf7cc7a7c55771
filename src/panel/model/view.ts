import { type DataFrame } from '@grafana/data';
import { readComparisonRows, readSeries } from '../frames/series';
import { readVerdicts, type Verdict } from '../frames/verdicts';
import { type ComparisonOptions } from '../options';
import { type RowsSpan, rowsOfLatest, rowsOfRange, type TableRow, withVerdicts } from './rows';
import { type SignalView, signalsOf } from './signals';
import { belongsTo, type Subject, subjectsOf } from './subjects';
import { unionOfTimes } from './timeline';
import { trafficOf, type TrafficView } from './traffic';
import { byDamage, isAbout } from './verdict';

/** Everything that the panel draws, derived from frames. */
export interface ComparisonView {
  /** All flags and groups in the data; the view shows one. */
  subjects: Subject[];
  subject: Subject;
  /** The baseline's name; null when the data has none. */
  baseline: string | null;
  /** Names of the features that are drawn, and how many more there are. */
  features: string[];
  undrawn: number;
  /** The shared time axis, milliseconds. */
  times: number[];
  signals: SignalView[];
  traffic: TrafficView | null;
  rows: TableRow[];
  rowsSpan: RowsSpan;
  /** What the statistics say, worst first; empty where they were not asked. */
  verdicts: Verdict[];
}

/** The view of the frames, or null when no frame follows the contract. `subjectKey` picks one of several subjects. */
export function viewOf(
  frames: DataFrame[],
  options: Pick<ComparisonOptions, 'maxFeatures'>,
  subjectKey?: string
): ComparisonView | null {
  const allSeries = frames.flatMap(readSeries);
  const allRows = frames.flatMap((frame) => readComparisonRows(frame) ?? []);
  const allVerdicts = frames.flatMap((frame) => readVerdicts(frame) ?? []);
  const measured = subjectsOf(allSeries, allRows);
  const subjects = measured.length > 0 ? measured : subjectsOf(allVerdicts, []);
  const subject = subjects.find(({ key }) => key === subjectKey) ?? subjects[0];
  if (!subject) {
    return null;
  }
  const series = allSeries.filter((item) => belongsTo(subject, item));
  const rangeRows = allRows.filter((item) => belongsTo(subject, item));
  const verdicts = byDamage(allVerdicts.filter((item) => isAbout(subject, item)));
  const times = unionOfTimes(series.map((item) => item.times));
  const signals = signalsOf(series, times);

  const features = [
    ...new Set([
      ...series.filter(({ role }) => role !== 'baseline').map(({ variant }) => variant),
      ...rangeRows.map(({ variant }) => variant).filter((variant) => variant !== ''),
      ...verdicts.map(({ variant }) => variant),
    ]),
  ];
  const measuredRows = rangeRows.length > 0 ? rowsOfRange(rangeRows, signals) : rowsOfLatest(signals);
  const drawn = features.slice(0, Math.max(1, options.maxFeatures));
  return {
    subjects,
    subject,
    baseline:
      series.find(({ role }) => role === 'baseline')?.variant ??
      rangeRows.find(({ baseline }) => baseline !== '')?.baseline ??
      verdicts.find(({ baseline }) => baseline !== '')?.baseline ??
      null,
    features: drawn,
    undrawn: features.length - drawn.length,
    times,
    signals,
    traffic: trafficOf(signals, drawn),
    rows: withVerdicts(measuredRows, verdicts),
    rowsSpan: rangeRows.length > 0 ? 'range' : 'latest',
    verdicts,
  };
}

/** The signal of the main track: the first of those that are wanted, else the first with percentiles, the first. */
export function mainSignalOf(view: ComparisonView, ...wanted: Array<string | null>): SignalView | null {
  for (const id of wanted) {
    const signal = view.signals.find((candidate) => candidate.id === id);
    if (signal) {
      return signal;
    }
  }
  return view.signals.find(({ kind }) => kind === 'distribution') ?? view.signals[0] ?? null;
}

/**
 * The signal of the second track: the first ratio that the main track does not show already. Below a ratio it is the
 * first signal with percentiles, so that latency and errors are seen together whichever of them the verdict is about.
 */
export function errorsSignalOf(view: ComparisonView, main: SignalView | null): SignalView | null {
  const others = view.signals.filter(({ id }) => id !== main?.id);
  const wanted = main?.kind === 'ratio' ? ['distribution', 'ratio'] : ['ratio'];
  return (
    wanted.map((kind) => others.find((signal) => signal.kind === kind)).find((signal) => signal !== undefined) ?? null
  );
}
