import { type DataFrame, type DataQueryRequest, LoadingState, type PanelData } from '@grafana/data';
import { readFailures } from '../frames/failures';
import { readVerdicts } from '../frames/verdicts';
import { errorsOf, failingAs } from './answerErrors';

/** An answer that was read, of which question, and until when it holds. */
export interface Answer {
  question: string;
  data: PanelData;
  /** The end of its range, milliseconds; of the older part where a part could not be read anew. */
  asOf: number;
  stale: boolean;
}

/** What is shown: the data, and since when a part of it could not be read anew; null where all is new. */
export interface Shown {
  data: PanelData;
  staleSince: number | null;
}

/** Writes variables into text, as a panel's host does. */
type Replace = (text: string) => string;

/** What a request asks, as text: the flags, queries and range that it names. Empty where a host gives no request. */
export function questionOf(request: DataQueryRequest | undefined, replace: Replace): string {
  return request ? JSON.stringify([replace(JSON.stringify(request.targets)), request.range.raw]) : '';
}

/** The flags that queries name at this moment, as text. */
export function flagsOf(request: DataQueryRequest | undefined, replace: Replace): string {
  const flags = (request?.targets ?? []).map((target): unknown => ('flag' in target ? target.flag : ''));
  return flags.map((flag) => (typeof flag === 'string' ? replace(flag) : '')).join('\n');
}

/** Whether frames of a query say something: more than what failed, and more than verdicts that could not be read. */
function saysSomething(frames: readonly DataFrame[]): boolean {
  return frames.some((frame) => {
    const verdicts = readVerdicts(frame);
    return frame.length > 0 && (verdicts === null || verdicts.some(({ state }) => state !== 'not read'));
  });
}

/** The queries of an answer that failed; null where the request failed as a whole. */
function failedQueries(answer: PanelData): Set<string> | null {
  const { series } = answer;
  const all = errorsOf(answer);
  if (all.some(({ refId }) => refId === undefined || refId === '')) {
    return null;
  }
  const unread = series.filter((frame) => readFailures(frame).length > 0 || readVerdicts(frame) !== null);
  return new Set([...all, ...unread].flatMap(({ refId }) => (refId === undefined ? [] : [refId])));
}

/** Whether anything of an answer failed. */
function hasFailed(answer: PanelData): boolean {
  const { series, state } = answer;
  return (
    state === LoadingState.Error ||
    errorsOf(answer).length > 0 ||
    series.some((frame) => readFailures(frame).length > 0)
  );
}

/**
 * The answer with what could not be read anew taken from the last one to the same question. While an answer is on its
 * way, the last one stays; to another question nothing of it is shown.
 */
export function answered(data: PanelData, question: string, last: Answer | null): Shown {
  const before = last?.question === question ? last : null;
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) {
    if (!before) {
      return { data: last === null ? data : { ...data, series: [], annotations: [] }, staleSince: null };
    }
    return {
      data: { ...data, series: before.data.series, ...failingAs(before.data) },
      staleSince: before.stale ? before.asOf : null,
    };
  }
  if (!before || !hasFailed(data)) {
    return { data, staleSince: null };
  }
  const failed = failedQueries(data);
  const ofQuery = (frames: readonly DataFrame[], refId: string | undefined) =>
    frames.filter((frame) => frame.refId === refId);
  const kept = before.data.series.filter(
    ({ refId }) =>
      (failed === null || (refId !== undefined && failed.has(refId))) && !saysSomething(ofQuery(data.series, refId))
  );
  if (!saysSomething(kept)) {
    return { data, staleSince: null };
  }
  const old = new Set(kept.map(({ refId }) => refId));
  // What failed is still said by the new answer, in frames that say nothing else.
  return {
    data: {
      ...data,
      series: [
        ...data.series.filter((frame) => !old.has(frame.refId) || readFailures(frame).length > 0),
        ...kept.map((frame) => (readFailures(frame).length > 0 ? { ...frame, meta: undefined } : frame)),
      ],
    },
    staleSince: before.asOf,
  };
}

/** The answer to keep after this one: it, unless it failed where an older one to the same question had more. */
export function remembered(data: PanelData, question: string, shown: Shown, last: Answer | null): Answer | null {
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) {
    return last;
  }
  const { staleSince } = shown;
  return { question, data: shown.data, asOf: staleSince ?? data.timeRange.to.valueOf(), stale: staleSince !== null };
}
