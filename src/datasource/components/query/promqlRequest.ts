import { type DataQueryRequest, getDefaultTimeRange, rangeUtil, type TimeRange } from '@grafana/data';

import { type PromQLRequest } from '../../../contract/contract.gen';
import { type QuerySource } from '../../querySource';
import { type FlaglensQuery } from '../../types';

/** How many points a panel of ordinary width has; only read before the query has first run. */
const usualPoints = 1000;

/** The ends of a relative range are a few milliseconds apart from what they say. */
const second = 1000;

/** A request whose range is a length only: its ends move with every refresh, and the PromQL does not depend on them. */
export type PromQLQuestion = Omit<PromQLRequest, 'from' | 'to'> & {
  /** Milliseconds. */
  length: number;
};

/**
 * What to ask the backend for to see the PromQL of a query, with its variables filled in.
 *
 * @param request the query's last run, which knows the panel's resolution; without one it is worked out from the range
 */
export function promqlQuestion(
  datasource: Pick<QuerySource, 'applyTemplateVariables' | 'interval'>,
  query: FlaglensQuery,
  range: TimeRange = getDefaultTimeRange(),
  request?: Pick<DataQueryRequest, 'intervalMs' | 'maxDataPoints' | 'scopedVars' | 'filters'>
): PromQLQuestion {
  return {
    query: datasource.applyTemplateVariables(query, request?.scopedVars ?? {}, request?.filters),
    length: Math.round((range.to.valueOf() - range.from.valueOf()) / second) * second,
    intervalMs: request?.intervalMs ?? rangeUtil.calculateInterval(range, usualPoints, datasource.interval).intervalMs,
    maxDataPoints: request?.maxDataPoints ?? usualPoints,
  };
}

/** The question as a request whose range ends now. */
export function promqlRequest({ length, ...rest }: PromQLQuestion, now: number): PromQLRequest {
  return { ...rest, from: now - length, to: now };
}
