import { extent, scaleLinear, type ScaleLinear } from 'd3';
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
  const ends = lines.flatMap((points) => extent(points, (value) => value));
  if (ends.every((end) => end === undefined)) {
    return { min: min ?? 0, max: max ?? 1 };
  }
  const [low = 0, high = 0] = extent([...ends, ...marks], (value) => value);
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

/** Where values lie between the bottom and the top of a plot, in pixels from above. */
export function pixelScale({ min, max }: Scale, bottom: number, top = 0): ScaleLinear<number, number> {
  return scaleLinear([min, max], [bottom, top]);
}
