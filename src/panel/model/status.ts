import {
  type DataFrame,
  type DataQueryError,
  LoadingState,
  type PanelData,
  type QueryResultMetaNotice,
} from '@grafana/data';
import { type Failure } from '../../contract/contract.gen';
import { type AnswerErrors, errorsOf } from './answerErrors';
import { readFailures } from '../frames/failures';
import { noticesOf } from '../frames/series';
import { type DistributionView } from './distribution';
import { type Line } from './signals';
import { type ComparisonView } from './view';

/** What state the panel is in, in words. */
export interface PanelStatus {
  kind: 'ready' | 'loading' | 'empty' | 'partial' | 'stale' | 'error' | 'unexpected';
  /** True while a new answer is on its way. */
  loading: boolean;
  /** Until when what is shown holds, milliseconds, where it could not be read anew; else null. */
  staleSince: number | null;
  /** A short sentence in two parts: what happened, and the rest of it. */
  title: string;
  detail: string;
  /** What to do about it; empty when there is nothing to do. */
  advice: string;
  failures: Failure[];
  notices: QueryResultMetaNotice[];
}

function wordsOf(error: DataQueryError): string {
  return error.message ?? error.data?.message ?? error.data?.error ?? error.statusText ?? 'no reason given';
}

/** An answer that may have failed in parts. */
interface Answer extends AnswerErrors {
  series?: readonly DataFrame[];
}

/**
 * The failures of an answer, each message once. Which signals they are about is said by frames of the same query; the
 * text of an error names none that a program could read.
 */
export function failuresOf({ series = [], ...answer }: Answer): Failure[] {
  const known = series.flatMap(readFailures);
  const explained = new Set(series.filter((frame) => readFailures(frame).length > 0).map(({ refId }) => refId));
  const others = errorsOf(answer)
    .filter(({ refId }) => !explained.has(refId))
    .flatMap((other) => wordsOf(other).split('\n'))
    .filter((line) => line.trim() !== '')
    .map((message) => ({ signals: [], message }));
  return [...new Map([...known, ...others].map((failure) => [failure.message, failure])).values()];
}

/** Series start at zero before there is traffic, so a rate or share of zero is not yet something to compare. */
function isTraffic(stat: string, value: number | null): boolean {
  return value !== null && (value !== 0 || !(stat === 'rate' || stat === 'share'));
}

function lists(names: string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}

const COMPARE_HINT =
  'Choose the Flaglens datasource and the query type "compare". Frames of another datasource work when their value fields carry the labels flag, variant, role, signal and stat.';
const DISTRIBUTION_HINT = 'Add a query of the type "distribution" for each format: cumulative share, shift, heatmap.';
const NO_DATA_HINT = 'Widen the time range, or check that the service has received requests and is being scraped.';

type Words = Pick<PanelStatus, 'title' | 'detail' | 'advice'>;

/** What an answer amounts to of which nothing could be read. `strange` says what is wrong with frames of another kind. */
function unreadable(data: PanelData, strange: Words): PanelStatus {
  const base = baseOf(data);
  if (base.failures.length > 0) {
    return {
      ...base,
      kind: 'error',
      title: 'The query failed',
      detail: '',
      advice: 'Fix the query or the datasource, then refresh.',
    };
  }
  if (base.loading || data.state === LoadingState.NotStarted) {
    return { ...base, kind: 'loading', title: 'Loading', detail: 'the comparison is being read' };
  }
  if (data.series.some((frame) => frame.fields.length > 0 && frame.length > 0)) {
    return { ...base, ...strange, kind: 'unexpected' };
  }
  const reasons = base.notices.map(({ text }) => text).join(' ');
  return {
    ...base,
    kind: 'empty',
    title: 'No comparison',
    detail: 'no data in this range',
    advice: reasons || NO_DATA_HINT,
  };
}

function baseOf(data: PanelData): PanelStatus {
  const loading = data.state === LoadingState.Loading;
  const notices = noticesOf(data.series);
  const failures = failuresOf(data);
  return { kind: 'ready', loading, staleSince: null, title: '', detail: '', advice: '', failures, notices };
}

/** The status of data that are those of the last answer, since a new one could not be read. */
function stale(data: PanelData, staleSince: number): PanelStatus {
  return { ...baseOf(data), kind: 'stale', staleSince };
}

/** What an answer amounts to where a distribution is wanted. `view` is what could be read of its frames. */
export function distributionStatusOf(
  data: PanelData,
  view: DistributionView | null,
  staleSince: number | null = null
): PanelStatus {
  if (!view) {
    return unreadable(data, {
      title: 'No distribution in this answer',
      detail: 'this view needs distribution queries of the Flaglens datasource',
      advice: DISTRIBUTION_HINT,
    });
  }
  if (staleSince !== null) {
    return stale(data, staleSince);
  }
  const base = baseOf(data);
  return base.failures.length > 0
    ? { ...base, kind: 'partial', title: 'A query failed', detail: 'the others were read' }
    : base;
}

/** What an answer amounts to. `view` is what could be read of its frames. */
export function statusOf(data: PanelData, view: ComparisonView | null, staleSince: number | null = null): PanelStatus {
  if (!view) {
    return unreadable(data, {
      title: 'No comparison in this answer',
      detail: 'this panel needs a compare query of the Flaglens datasource',
      advice: COMPARE_HINT,
    });
  }
  if (staleSince !== null) {
    return stale(data, staleSince);
  }
  const base = baseOf(data);
  const { failures } = base;
  const gap = missingSide(view);
  // What could not be read is not missing.
  if (gap && failures.length === 0 && view.verdicts.every(({ state }) => state !== 'not read')) {
    return { ...base, ...gap, kind: 'empty' };
  }
  if (failures.length > 0) {
    const failed = [...new Set(failures.flatMap(({ signals }) => signals))];
    const read = view.signals.map(({ id }) => id).filter((id) => !failed.includes(id));
    return {
      ...base,
      kind: 'partial',
      title: failed.length > 0 ? `${lists(failed)} failed` : 'A query failed',
      detail: read.length > 0 ? `${lists(read)} ${read.length > 1 ? 'were' : 'was'} read` : '',
    };
  }
  return { ...base, kind: 'ready' };
}

function missingSide(view: ComparisonView): Words | null {
  const stats = view.signals.flatMap((signal) => signal.stats);
  const has = (line: Line | null, stat: string) => line?.values.some((value) => isTraffic(stat, value)) ?? false;
  const hasBaseline =
    view.rows.some((row) => isTraffic(row.stat, row.baseline)) || stats.some((view) => has(view.baseline, view.stat));
  const hasFeature =
    view.rows.some((row) => isTraffic(row.stat, row.feature)) ||
    stats.some((view) => [...view.features.values()].some(({ value }) => has(value, view.stat)));
  if (hasBaseline && hasFeature) {
    return null;
  }
  const what = hasBaseline ? 'feature traffic' : hasFeature ? 'baseline traffic' : 'data';
  return {
    title: 'No comparison',
    detail: `no ${what} in this range`,
    advice: hasBaseline || hasFeature ? '' : NO_DATA_HINT,
  };
}
