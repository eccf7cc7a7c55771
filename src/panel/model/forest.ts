import { scaleLinear } from 'd3';
import { type MarginInterval } from './verdict';

/** The axis that all intervals share, in multiples of each one's margin: 0 is no difference, 1 the margin. */
export interface ForestAxis {
  from: number;
  to: number;
}

/** What is always visible: the margin, with room on both sides. */
const LEAST: ForestAxis = { from: -1, to: 2.5 };
/** What is never exceeded, so that one wild interval does not make all others points. */
const MOST: ForestAxis = { from: -4, to: 6 };
const PADDING = 0.15;

/** The axis that holds as many of the intervals as leaves them readable. */
export function forestAxis(intervals: ReadonlyArray<MarginInterval | null>): ForestAxis {
  const ends = intervals.flatMap((interval) => (interval ? [interval.low, interval.high] : []));
  const low = Math.min(LEAST.from, ...ends.map((end) => end - PADDING));
  const high = Math.max(LEAST.to, ...ends.map((end) => end + PADDING));
  return { from: Math.max(MOST.from, low), to: Math.min(MOST.to, high) };
}

/** An interval on an axis of `width` pixels. */
export interface PlacedInterval {
  left: number;
  right: number;
  at: number | null;
  /** Whether it goes on beyond the axis, on either side. */
  openLeft: boolean;
  openRight: boolean;
  /** How many margins away it is where it lies beyond the axis: 15x. Empty where the axis shows it. */
  multiple: string;
}

/** Where a multiple of the margin lies, in pixels from the left. */
export function forestX(value: number, { from, to }: ForestAxis, width: number): number {
  return scaleLinear([from, to], [0, width]).clamp(true)(value);
}

/** What stays visible, in pixels, of an interval that lies wholly beyond the axis. */
const STUB = 16;

/** Where an interval lies, cut where it leaves the axis; of one wholly beyond it a stub points there. */
export function placeInterval(interval: MarginInterval, axis: ForestAxis, width: number): PlacedInterval {
  const { low, high, at } = interval;
  return {
    left: Math.min(forestX(low, axis, width), high > axis.to ? width - STUB : Infinity),
    right: Math.max(forestX(high, axis, width), low < axis.from ? STUB : -Infinity),
    at: at === null || at < axis.from || at > axis.to ? null : forestX(at, axis, width),
    openLeft: low < axis.from,
    openRight: high > axis.to,
    multiple: farMultiple(interval, axis),
  };
}

function farMultiple({ low, high, at }: MarginInterval, axis: ForestAxis): string {
  const where = at ?? (low > axis.to ? low : high < axis.from ? high : 0);
  const beyond = where > axis.to || where < axis.from;
  return beyond && Number.isFinite(where) ? `${formatMultiple(where)}x` : '';
}

function formatMultiple(multiple: number): string {
  const size = Math.abs(multiple);
  const text = size >= 1000 ? `${Number((size / 1000).toPrecision(2))}k` : String(Math.round(size));
  return multiple < 0 ? `\u2212${text}` : text;
}
