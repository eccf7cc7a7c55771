/** The units that Prometheus and OpenMetrics name as base units. */
const UNITS = ['seconds', 'bytes', 'ratio', 'celsius', 'meters', 'grams', 'joules', 'volts', 'amperes'];

/**
 * The unit of a metric family, which OpenMetrics wants to be the end of its name: `seconds` of
 * `http_request_duration_seconds`. Undefined for what has no unit, such as a number of things. `family` is the name
 * without a counter's `_total`.
 */
export function unitOf(family: string): string | undefined {
  return UNITS.find((unit) => family.endsWith(`_${unit}`));
}
