import { nearestIndex } from './timeline';

/** How far the arrow keys move the crosshair while shift is held. */
const SHIFT_STEPS = 10;

/** The time at which the crosshair stands after an arrow key; from nowhere it enters at the side it comes from. */
export function moveCursor(
  times: readonly number[],
  current: number | null,
  direction: 1 | -1,
  shift: boolean
): number | null {
  const last = times.length - 1;
  const start = current === null ? (direction === 1 ? -1 : last + 1) : nearestIndex(times, current);
  const wanted = start + direction * (shift && current !== null ? SHIFT_STEPS : 1);
  return times[Math.min(last, Math.max(0, wanted))] ?? null;
}

/** The time of the sample nearest to a time; null where there are no samples. */
export function snapTo(times: readonly number[], time: number): number | null {
  return times[nearestIndex(times, time)] ?? null;
}
