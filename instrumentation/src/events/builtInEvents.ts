import type { ExposureEvent } from './options.js';
import { PAGE_TIMINGS, WEB_VITALS, WIRE_EVENTS } from './wire.js';

/** The exposure that every service has without defining it. */
export const EXPOSURE: ExposureEvent = { kind: 'exposure', layer: 'user', browser: true };

/** The two measurements that browsers send by themselves: which names they may have, and up to which value. */
export const MEASUREMENTS: Readonly<Record<string, { names: readonly string[]; most: number }>> = {
  [WIRE_EVENTS.webVital]: { names: WEB_VITALS, most: 3600 },
  [WIRE_EVENTS.pageTiming]: { names: PAGE_TIMINGS, most: 3600 },
};

/** A measurement that is one; undefined otherwise. */
export function measurementOf(
  event: string,
  properties: Readonly<Record<string, unknown>>
): { name: string; value: number } | undefined {
  const known = Object.hasOwn(MEASUREMENTS, event) ? MEASUREMENTS[event] : undefined;
  const { name, value } = properties;
  const fits =
    known !== undefined &&
    typeof name === 'string' &&
    known.names.includes(name) &&
    typeof value === 'number' &&
    value >= 0 &&
    value <= known.most;
  return fits ? { name, value } : undefined;
}
