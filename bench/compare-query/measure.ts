/** One way to get an answer; resolves once the answer is read to its end. */
export type Contender = (round: number) => Promise<void>;

/** Milliseconds of each round, in the order of the rounds. */
export type Timings = Record<string, number[]>;

/** The middle of some numbers; of two middle ones their mean. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Times contenders in turns, A B A B, so that whatever else the machine does hits all of them alike.
 *
 * @param warmUps rounds that are run before and not counted
 * @param clock gives milliseconds
 */
export async function interleave(
  contenders: Record<string, Contender>,
  { rounds, warmUps, clock = () => performance.now() }: { rounds: number; warmUps: number; clock?: () => number }
): Promise<Timings> {
  const timings: Timings = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const begun = clock();
      await run(round);
      if (round >= warmUps) {
        timings[name]?.push(clock() - begun);
      }
    }
  }
  return timings;
}
