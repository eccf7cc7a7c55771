import { METRICS } from '../floor/conventions.js';
import { isMetricName } from '../metrics/exposition.js';
import type { RequestMetricOption } from './options.js';

/** Names of the metrics by flag, which the untagged one must not take. */
const BY_FLAG = 'feature_flag_';

/**
 * The name of the untagged metric of requests, or false if there is to be none. What cannot be used is reported, and the
 * metric has its usual name.
 */
export function readRequestMetric(option: RequestMetricOption | undefined, warn: (message: string) => void) {
  if (option === undefined || option === false) {
    return option ?? METRICS.requestDuration;
  }
  // A service in plain JavaScript can give anything.
  const { name } = Object(option) as { name?: unknown };
  if (isMetricName(name) && !name.startsWith(BY_FLAG)) {
    return name;
  }
  warn(
    `flaglens: requestMetric must be false or { name: '…' }, the name of letters, digits and underscores, ` +
      `not beginning with a digit or with ${BY_FLAG}; the metric is called ${METRICS.requestDuration} as usual`
  );
  return METRICS.requestDuration;
}
