import { dateTimeFormat } from '@grafana/data';
import { scaleLinear, type ScaleLinear } from 'd3';
import { stepOf } from './timeline';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The finest part of a time that is written. */
export type TimePrecision = 'day' | 'minute' | 'second';

const FORMATS: Record<TimePrecision, string> = { day: 'D MMM', minute: 'HH:mm', second: 'HH:mm:ss' };

/** How exactly times are written that lie so many milliseconds apart. */
export function precisionOf(distance: number): TimePrecision {
  return distance < MINUTE ? 'second' : distance < DAY ? 'minute' : 'day';
}

/** How exactly the times of samples are written: with seconds where they lie less than a minute apart. */
export function precisionOfSamples(times: readonly number[]): 'minute' | 'second' {
  return stepOf(times) < MINUTE ? 'second' : 'minute';
}

/** Distances between ticks that people count in, milliseconds. */
const STEPS = [
  ...[10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30].map((count) => count * DAY),
];

/** A tick of a time axis, and how it is written. */
export interface TimeTick {
  time: number;
  text: string;
}

/** The time axis of a panel: its range, where times lie on it, and how they are written. A value: nothing changes it. */
export class TimeAxis {
  /**
   * @param from the beginning of the range, milliseconds since the epoch
   * @param to its end
   * @param timeZone as Grafana writes it: browser, utc, or a name of the IANA data base
   */
  constructor(
    readonly from: number,
    readonly to: number,
    readonly timeZone: string
  ) {}

  /** Where times lie between two edges, in pixels; `invert` gives the time of a pixel. */
  pixels(left: number, right: number): ScaleLinear<number, number> {
    return scaleLinear([this.from, this.to], [left, right]);
  }

  /** True for a moment within the range, and for a stretch of which a part is. */
  shows(time: number, end: number = time): boolean {
    return end >= this.from && time <= this.to;
  }

  /** The time of the range that is nearest to a time. */
  limit(time: number): number {
    return Math.min(this.to, Math.max(this.from, time));
  }

  /**
   * At most so many ticks on round times. Ours: d3's scales of time know UTC and the browser's zone but no other, and
   * take the number as a hint.
   */
  ticks(most: number): TimeTick[] {
    const length = this.to - this.from;
    const step = STEPS.find((candidate) => length / candidate <= most) ?? DAY * Math.ceil(length / DAY / most);
    const precision = precisionOf(step);
    const ticks: TimeTick[] = [];
    for (let time = Math.ceil(this.from / step) * step; time <= this.to; time += step) {
      ticks.push({ time, text: this.format(time, precision) });
    }
    return ticks;
  }

  /** A time of day, or a date where the precision is a day, in the axis' zone. */
  format(time: number, precision: TimePrecision): string {
    return dateTimeFormat(time, { format: FORMATS[precision], timeZone: this.timeZone });
  }

  /** A time of day with its date. */
  formatDated(time: number, precision: 'minute' | 'second'): string {
    return dateTimeFormat(time, { format: `${FORMATS.day} ${FORMATS[precision]}`, timeZone: this.timeZone });
  }
}
