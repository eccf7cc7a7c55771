import { ascending, bisectLeft, pairs } from 'd3';

/**
 * One point of a line on the shared time axis: a finite number, null for a gap that must not be bridged,
 * undefined where another series has a time that this one simply has no sample for.
 */
export type Point = number | null | undefined;

/** A gap this many steps wide is missing data, not a coarser grid. */
const GAP_STEPS = 1.5;

/** The typical distance between neighbouring times, milliseconds; 0 for fewer than two. */
export function stepOf(times: readonly number[]): number {
  const steps = pairs(times, (before, after) => after - before).sort(ascending);
  return steps[steps.length >> 1] ?? 0;
}

function sameTimes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((time, index) => time === b[index]);
}

/** Every time that any of the series has, ascending, each once. */
export function unionOfTimes(all: ReadonlyArray<readonly number[]>): number[] {
  const [first, ...rest] = all;
  if (first && rest.every((times) => times === first || sameTimes(times, first))) {
    return [...first];
  }
  return [...new Set(all.flat())].sort((a, b) => a - b);
}

/** What can be drawn of a value: infinite quantiles are listed in words but have no place on an axis. */
function toDrawable(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** A series' values on the shared time axis `grid`, which must contain all of the series' own times. */
export function alignTo(
  grid: readonly number[],
  times: readonly number[],
  values: ReadonlyArray<number | null>
): Point[] {
  const widest = stepOf(times) * GAP_STEPS;
  let next = 0;
  return grid.map((time): Point => {
    while (next < times.length && (times[next] ?? Infinity) < time) {
      next++;
    }
    if (times[next] === time) {
      return toDrawable(values[next]);
    }
    const before = times[next - 1];
    const after = times[next];
    const inside = before !== undefined && after !== undefined && after - before <= widest;
    return inside ? undefined : null;
  });
}

/** The index of the time nearest to `time`; -1 when there are none. */
export function nearestIndex(times: readonly number[], time: number): number {
  const index = Math.min(bisectLeft(times, time), times.length - 1);
  const at = times[index];
  const before = times[index - 1];
  // Of two that are as near, the earlier one; d3's own bisectCenter takes the later.
  return at !== undefined && before !== undefined && time - before <= at - time ? index - 1 : index;
}

/** A series' own samples; `step` is `stepOf` of its times, kept because a crosshair asks for it at every move. */
export interface Samples {
  times: readonly number[];
  values: ReadonlyArray<number | null>;
  step: number;
}

/** A series' own value at a time of the shared axis: that of its nearest sample within half a step. */
export function valueAt({ times, values, step }: Samples, time: number): number | null {
  const index = nearestIndex(times, time);
  const nearest = times[index];
  if (nearest === undefined || Math.abs(nearest - time) > step / 2) {
    return null;
  }
  return values[index] ?? null;
}

/** The last point that is a number. */
export function lastValue(values: readonly Point[]): number | null {
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) {
      return value;
    }
  }
  return null;
}
