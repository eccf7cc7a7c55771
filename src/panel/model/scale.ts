import { extent, scaleLinear, type ScaleLinear } from 'd3';
import { type Point } from './timeline';

/** The limits of an axis. */
export interface Scale {
  min: number;
  max: number;
}

/** Head room above the highest value, as a part of the range. */
const HEAD_ROOM = 0.08;

/** How many times the range of the lines an axis may be, to bring marks into sight: lines keep a third of it. */
const MOST_RANGES = 3;

/** Makes room for marks from the nearest on, as long as the lines stay readable. */
function withMarks(lines: Scale, marks: readonly number[]): Scale {
  const most = MOST_RANGES * (lines.max - lines.min || Math.abs(lines.max) || 1);
  const distance = (mark: number) => Math.max(lines.min - mark, mark - lines.max, 0);
  return [...marks]
    .filter(Number.isFinite)
    .sort((a, b) => distance(a) - distance(b))
    .reduce((scale, mark) => {
      const wider = { min: Math.min(scale.min, mark), max: Math.max(scale.max, mark) };
      return wider.max - wider.min <= most ? wider : scale;
    }, lines);
}

/**
 * The limits of a track's axis around its values, and around marks such as thresholds that lie near them: one far away
 * would press the lines flat. Limits that are set win; an axis from zero never cuts negative values; a flat line gets
 * room on both sides.
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
  const [low = 0, high = 0] = extent(ends, (value) => value);
  const own = { min: fromZero ? Math.min(0, low) : low, max: fromZero ? Math.max(0, high) : high };
  const { min: bottom, max: top } = withMarks(own, marks);
  const range = top - bottom || Math.abs(top) || 1;
  const flat = top === bottom;
  const scale = {
    min: min ?? (fromZero && bottom >= 0 ? 0 : bottom - range * (flat ? 0.5 : HEAD_ROOM)),
    max: max ?? top + range * (flat ? 0.5 : HEAD_ROOM),
  };
  return scale.max > scale.min ? scale : { min: scale.min, max: scale.min + 1 };
}

/** Where values lie between the bottom and the top of a plot, in pixels from above. */
export function pixelScale({ min, max }: Scale, bottom: number, top = 0): ScaleLinear<number, number> {
  return scaleLinear([min, max], [bottom, top]);
}
