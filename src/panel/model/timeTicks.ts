const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between ticks that people count in. */
const STEPS = [
  ...[10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30].map((count) => count * DAY),
];

/** A tick of a time axis, and how it is written. */
export interface TimeTick {
  time: number;
  format: string;
}

/** At most so many ticks on round times within a range of milliseconds. */
export function timeTicks(from: number, to: number, most: number): TimeTick[] {
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? DAY * Math.ceil((to - from) / DAY / most);
  const format = step < MINUTE ? 'HH:mm:ss' : step < DAY ? 'HH:mm' : 'D MMM';
  const ticks: TimeTick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    ticks.push({ time, format });
  }
  return ticks;
}
