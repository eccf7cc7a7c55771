import { type Point } from './timeline';

/** The limits of an axis. */
export interface Scale {
  min: number;
  max: number;
}

/** Head room above the highest value, as a part of the range. */
const HEAD_ROOM = 0.08;

/**
 * The limits of a track's axis around its values. Limits of the field config win; an axis from zero never cuts
 * negative values; a flat line gets room on both sides.
 */
export function scaleOf(
  lines: ReadonlyArray<readonly Point[]>,
  { fromZero, min, max }: { fromZero: boolean; min?: number; max?: number },
  marks: readonly number[] = []
): Scale {
  let low = Infinity;
  let high = -Infinity;
  const include = (value: Point) => {
    if (typeof value === 'number') {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  };
  lines.forEach((points) => points.forEach(include));
  if (low > high) {
    return { min: min ?? 0, max: max ?? 1 };
  }
  marks.forEach(include);
  const bottom = fromZero ? Math.min(0, low) : low;
  const top = fromZero ? Math.max(0, high) : high;
  const range = top - bottom || Math.abs(top) || 1;
  const flat = top === bottom;
  const scale = {
    min: min ?? (fromZero && low >= 0 ? 0 : bottom - range * (flat ? 0.5 : HEAD_ROOM)),
    max: max ?? top + range * (flat ? 0.5 : HEAD_ROOM),
  };
  return scale.max > scale.min ? scale : { min: scale.min, max: scale.min + 1 };
}

/** Where a value lies in a track of `height` pixels, from its top. */
export function toPixel(value: number, scale: Scale, height: number): number {
  return height * (1 - (value - scale.min) / (scale.max - scale.min));
}
