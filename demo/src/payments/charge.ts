/** Where the service takes charges. */
export const chargeRoute = '/charges';

/** What the service is asked to do: a simulated dependency plays the part that the shop has drawn for it. */
export interface Charge {
  milliseconds: number;
  ends: 'done' | 'busy' | 'failed';
}
