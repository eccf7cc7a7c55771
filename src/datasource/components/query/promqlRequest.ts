import { type DataQueryRequest, getDefaultTimeRange, rangeUtil, type TimeRange } from '@grafana/data';

import { type PromQLRequest } from '../../../shared/contract.gen';
import { type FlaglensDataSource } from '../../datasource';
import { type FlaglensQuery } from '../../types';

/** How many points a panel of ordinary width has; only read before the query has first run. */
const usualPoints = 1000;

/** The range's ends move with every refresh; the PromQL depends on its length only, so it is asked on whole minutes. */
const minute = 60_000;

/**
 * What to ask the backend for to see the PromQL of a query, with its variables filled in.
 *
 * @param request the query's last run, which knows the panel's resolution; without one it is worked out from the range
 */
export function promqlRequest(
  datasource: Pick<FlaglensDataSource, 'applyTemplateVariables' | 'interval'>,
  query: FlaglensQuery,
  range: TimeRange = getDefaultTimeRange(),
  request?: Pick<DataQueryRequest, 'intervalMs' | 'maxDataPoints' | 'scopedVars' | 'filters'>
): PromQLRequest {
  const to = Math.ceil(range.to.valueOf() / minute) * minute;
  return {
    query: datasource.applyTemplateVariables(query, request?.scopedVars ?? {}, request?.filters),
    from: to - (range.to.valueOf() - range.from.valueOf()),
    to,
    intervalMs:
      request?.intervalMs ??
      rangeUtil.calculateInterval(range, usualPoints, datasource.interval ?? undefined).intervalMs,
    maxDataPoints: request?.maxDataPoints ?? usualPoints,
  };
}
