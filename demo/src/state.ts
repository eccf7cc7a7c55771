import { faults, flags, isFaultName, type FaultName } from './flags';

/** What the control decides and every instance of the shop follows. */
export interface DemoState {
  /** Share of the users that get the feature, 0 to 100, by flag key. */
  percentages: Record<string, number>;
  faults: Record<FaultName, boolean>;
  /** Requests a second that the load generator sends; 0 pauses it. */
  rps: number;
}

export const maxRps = 200;

/** The state in which the demo begins, and in which its history ends: features rolled out, and something to see. */
export function initialState(rps = 80): DemoState {
  return {
    percentages: Object.fromEntries(flags.map(({ key, percentage }) => [key, percentage])),
    faults: {
      'checkout-v2-slow-tail': true,
      'search-ranking-errors': true,
      'application-slow': false,
      'application-errors': false,
    },
    rps,
  };
}

/** A request to the control that cannot be followed; the message says what to do. */
export class BadRequest extends Error {
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The state with one flag's allocation changed. */
export function withPercentage(state: DemoState, key: string, percentage: unknown): DemoState {
  if (!Object.hasOwn(state.percentages, key)) {
    throw new BadRequest(`There is no flag ${key}. There are ${flags.map((flag) => flag.key).join(', ')}.`, 404);
  }
  const value = numberBetween('percentage', percentage, 0, 100);
  return { ...state, percentages: { ...state.percentages, [key]: value } };
}

/** The state with one fault switched. */
export function withFault(state: DemoState, name: string, on: unknown): DemoState {
  if (!isFaultName(name)) {
    throw new BadRequest(`There is no fault ${name}. There are ${Object.keys(faults).join(', ')}.`, 404);
  }
  if (typeof on !== 'boolean') {
    throw new BadRequest('Send {"on": true} or {"on": false}.');
  }
  return { ...state, faults: { ...state.faults, [name]: on } };
}

/** The state with another load. */
export function withLoad(state: DemoState, rps: unknown): DemoState {
  return { ...state, rps: numberBetween('rps', rps, 0, maxRps) };
}

function numberBetween(name: string, value: unknown, from: number, to: number): number {
  if (typeof value !== 'number' || !(value >= from && value <= to)) {
    throw new BadRequest(`Send {"${name}": N} with a number from ${from} to ${to}.`);
  }
  return value;
}
