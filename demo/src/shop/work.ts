import { setTimeout as wait } from 'node:timers/promises';
import type { DemoState } from '../state';
import { lognormal, type Random } from '../random';

/** How long the parts of the shop take: medians in milliseconds, and the spread of the logarithm. */
const usual = {
  product: { median: 18, sigma: 0.45 },
  search: { median: 40, sigma: 0.5 },
  checkout: { median: 60, sigma: 0.5 },
  orders: { median: 30, sigma: 0.5 },
};

/** What a route does, as far as time and failures go. */
export type WorkKind = keyof typeof usual;

const usualErrors = 0.005;

/** What a request meets: how long it takes, and whether it fails. */
export interface Fate {
  milliseconds: number;
  fails: boolean;
}

/** Draws what happens to a request. `feature` is whether it runs the feature's code. */
export function fateOf(kind: WorkKind, feature: boolean, state: DemoState, random: Random): Fate {
  const { median, sigma } = usual[kind];
  let milliseconds = lognormal(random, median, sigma);
  let errors = usualErrors;
  if (state.faults['application-slow']) {
    milliseconds *= 2.5;
  }
  if (state.faults['application-errors']) {
    errors += 0.08;
  }
  if (kind === 'checkout' && feature && state.faults['checkout-v2-slow-tail'] && random() < 1 / 7) {
    milliseconds += lognormal(random, 350, 0.4);
  }
  if (kind === 'search' && feature && state.faults['search-ranking-errors']) {
    errors += 0.04;
  }
  return { milliseconds, fails: random() < errors };
}

/** A request that failed, as a dependency of the shop would fail it. */
export class WorkFailed extends Error {
  readonly statusCode = 500;
}

/** Waits as long as the work takes; waiting costs no processor, as waiting for a database does not. */
export async function work(fate: Fate): Promise<void> {
  await wait(fate.milliseconds);
  if (fate.fails) {
    throw new WorkFailed('a dependency of the shop failed');
  }
}
