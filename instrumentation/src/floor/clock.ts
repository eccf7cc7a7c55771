/** Milliseconds since 1970, such as `Date.now`. */
export type Clock = () => number;

/** The longest delay that a timer of Node.js takes, in milliseconds. Longer ones would end at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Seconds since a time of `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
