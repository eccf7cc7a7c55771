import { formatDifference, formatRatio, formatValue, formatInterval } from '../format/numbers';
import { type Shift } from '../frames/distributions';
import { type Scale } from './scale';

/** How far the axis goes beyond the largest difference for what the buckets leave open; their tails are wide. */
const BEYOND = 2.5;
const HEAD_ROOM = 1.12;

/** What a quantile is called on an axis: p95, p99.9. */
export function quantileLabel(quantile: number): string {
  return `p${Number((quantile * 100).toFixed(3))}`;
}

function finite(values: ReadonlyArray<number | null>): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/** The axis of differences: all of them, and as much of what the buckets leave open as keeps them readable. */
export function shiftScale(rows: readonly Shift[]): Scale {
  const differences = finite(rows.map(({ difference }) => difference));
  const largest = Math.max(0, ...differences.map(Math.abs));
  const ends = finite(rows.flatMap(({ lower, upper }) => [lower, upper]));
  const limit = largest > 0 ? largest * BEYOND : Math.max(0, ...ends.map(Math.abs));
  const low = Math.min(0, ...differences, Math.max(-limit, Math.min(0, ...ends)));
  const high = Math.max(0, ...differences, Math.min(limit, Math.max(0, ...ends)));
  return high > low ? { min: low * HEAD_ROOM, max: high * HEAD_ROOM } : { min: -1, max: 1 };
}

/** The two values of a quantile: `186 ms to 224 ms`. */
export function valuesWords({ baselineValue, variantValue, unit }: Shift): string {
  return `${formatValue(baselineValue, { unit })} \u2192 ${formatValue(variantValue, { unit })}`;
}

/** The difference of a quantile, and what its buckets leave open, in words. */
export function changeWords({ difference, lower, upper, baselineValue, variantValue, unit }: Shift): {
  difference: string;
  ratio: string;
  open: string;
} {
  const between = [baselineValue, variantValue];
  const ratio =
    baselineValue !== null && variantValue !== null && baselineValue > 0
      ? formatRatio(variantValue / baselineValue)
      : '';
  const open = formatInterval(lower, upper, { unit }, between);
  return {
    difference: formatDifference(difference, { unit }, between),
    ratio,
    open: open === '' ? '' : `${open} by the buckets`,
  };
}

/** A quantile's shift as a screen reader says it. */
export function shiftWords(shift: Shift): string {
  const { difference, open } = changeWords(shift);
  return [`${quantileLabel(shift.quantile)}: ${valuesWords(shift).replace('\u2192', 'to')}`, difference, open]
    .filter((part) => part !== '')
    .join(', ');
}
