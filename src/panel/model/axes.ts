import { scaleLog, type ScaleLogarithmic } from 'd3';

/** Two ends of an axis, in pixels. */
type Ends = readonly [number, number];

/** The range of bucket bounds that is drawn. */
export interface BoundRange {
  from: number;
  to: number;
}

const NEARLY_NONE = 0.001;
const NEARLY_ALL = 0.999;

/**
 * The range of bounds that matters: from below the first bucket with observations to the bound that nearly all are
 * below. A logarithmic axis has no zero, so the lowest bucket begins at half its upper bound.
 */
export function boundRange(all: ReadonlyArray<ReadonlyArray<{ bound: number; share: number }>>): BoundRange | null {
  const finite = [
    ...new Set(
      all.flatMap((points) => points.map(({ bound }) => bound)).filter((bound) => bound > 0 && bound < Infinity)
    ),
  ].sort((a, b) => a - b);
  const [lowest] = finite;
  const highest = finite.at(-1);
  if (lowest === undefined || highest === undefined) {
    return null;
  }
  const firsts = all.map((points) => points.find(({ share }) => share > NEARLY_NONE)?.bound ?? highest);
  const lasts = all.map((points) => points.find(({ share }) => share >= NEARLY_ALL)?.bound ?? highest);
  const first = Math.min(highest, ...firsts.filter((bound) => bound > 0));
  const last = Math.min(highest, Math.max(...lasts, first));
  const below = finite.filter((bound) => bound < first).at(-1) ?? first / 2;
  return { from: below, to: last > below ? last : below * 2 };
}

/** A logarithmic axis of bounds; what lies beyond its range is placed at its ends. */
export function boundScale({ from, to }: BoundRange, [begin, end]: Ends): ScaleLogarithmic<number, number> {
  return scaleLog([from, to], [begin, end]).clamp(true);
}

/**
 * Ticks of a logarithmic axis: 1, 2 and 5 times powers of ten, thinned to 1 where there are many. Ours: d3 has a tick
 * at every digit, and thins their texts alone.
 */
export function logTicks({ from, to }: BoundRange, most: number): number[] {
  const ticksOf = (steps: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
      for (const step of steps) {
        const tick = Number(`${step}e${power}`);
        if (tick >= from * 0.999 && tick <= to * 1.001) {
          ticks.push(tick);
        }
      }
    }
    return ticks;
  };
  return [[1, 2, 5], [1, 5], [1]].map(ticksOf).find((ticks) => ticks.length <= most) ?? ticksOf([1]);
}

/** From here on a tail is cut off. */
const TAIL = 0.9995;

/** An axis of shares on which the tail, where features hurt, takes as much room as the rest. */
export function tailScale([begin, end]: Ends): (share: number) => number {
  const scale = scaleLog([1, 1 - TAIL], [begin, end]).clamp(true);
  return (share) => scale(1 - share);
}

/** Ticks of the axis of shares. */
export const TAIL_TICKS = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;
