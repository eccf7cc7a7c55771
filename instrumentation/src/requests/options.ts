import type { FlagDefinition } from '../context/options.js';

/** A route that the service answers. */
export interface RouteDefinition {
  /** Upper-case HTTP method. */
  method: string;
  /** The route's pattern, such as `/products/:id`; never a path with ids in it. */
  route: string;
  /** Status codes that start at zero; {@link RequestOptions.statuses} if absent. */
  statuses?: readonly number[];
  /** Keys of the flags that this route evaluates; all registered flags if absent. */
  flags?: readonly string[];
}

/**
 * What becomes of the untagged metric of requests, `http_request_duration_seconds`, where something else in the service
 * has one of that name: it gets another name, or it is left out. The series by flag are the same in any case.
 */
export type RequestMetricOption = false | { readonly name: string };

/** Options of request tagging. */
export interface RequestOptions {
  flags?: readonly FlagDefinition[];
  routes?: readonly RouteDefinition[];
  /** Status codes that start at zero on every route; 200 and 500 if absent. */
  statuses?: readonly number[];
  /** Upper bounds in seconds of both request histograms. */
  requestBuckets?: readonly number[];
  /** Another name for the untagged metric of requests, or `false` for none; `http_request_duration_seconds` if absent. */
  requestMetric?: RequestMetricOption;
}
