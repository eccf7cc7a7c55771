import { flags, type FaultName } from '../flags';
import { initialState, type DemoState } from '../state';

/** What changes in the shop at a moment of its simulated past, as a person at the control would have changed it. */
export interface Change {
  /** Unix seconds; before the simulated time for what it begins with. */
  at: number;
  percentages?: Record<string, number>;
  faults?: Partial<Record<FaultName, boolean>>;
  rps?: number;
}

/** A past of the shop to simulate. Times are unix seconds. */
export interface Scenario {
  start: number;
  /** The last scrape; a whole number of steps after `start`. */
  end: number;
  /** Seconds between two scrapes. */
  step: number;
  seed: number;
  changes: readonly Change[];
}

const hour = 3600;

/** How long before the end the demo's past begins. */
export const historyHours = 6;

/** Seconds between two scrapes: two of them lie in each window of 20 s over which the live shop's rates are drawn. */
const historyStep = 10;

/** The rollouts of the demo's past: hours before its end, flag, share of the users. */
const rollouts: ReadonlyArray<readonly [hoursBefore: number, flag: string, percentage: number]> = [
  [5.75, 'recommendations', 50],
  [4.5, 'checkout-v2', 10],
  [3.5, 'checkout-v2', 50],
  [2.5, 'search-ranking', 50],
  [0.5, 'order-history', 20],
];

/**
 * The demo's past: every flag begins at 0% and is rolled out to where the demo begins live, so that no allocation
 * changes at the seam. The faults are those of the beginning, in place from the first user on.
 *
 * @param end unix seconds of the last simulated scrape
 */
export function demoHistory(end: number, hours = historyHours, seed = 1): Scenario {
  const { faults, rps } = initialState();
  return {
    start: end - hours * hour,
    end,
    step: historyStep,
    seed,
    changes: [
      { at: 0, percentages: Object.fromEntries(flags.map(({ key }) => [key, 0])), faults, rps },
      ...rollouts.map(([before, flag, percentage]) => ({
        at: end - before * hour,
        percentages: { [flag]: percentage },
      })),
    ],
  };
}

/** The state of the shop at a time: every change up to then, over what the demo begins with. */
export function stateAt({ changes }: Scenario, time: number): DemoState {
  return changes
    .filter(({ at }) => at <= time)
    .sort((a, b) => a.at - b.at)
    .reduce<DemoState>(
      (state, { percentages, faults, rps }) => ({
        percentages: { ...state.percentages, ...percentages },
        faults: { ...state.faults, ...faults },
        rps: rps ?? state.rps,
      }),
      initialState()
    );
}
