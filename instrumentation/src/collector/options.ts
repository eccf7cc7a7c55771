import type { IncomingMessage } from 'node:http';
import type { Events } from '../events/Events.js';
import type { Origins } from './origins.js';
import type { Rate } from './RateLimiter.js';

/** Options of {@link collectorHandler}. */
export interface CollectorOptions {
  /** `instrumentation.events`. What browsers may send is defined there with `browser: true`. */
  events: Events;
  /** Which pages may send; `same-origin` if absent. Behind a proxy that changes `Host`, list them. */
  origins?: Origins;
  /**
   * The part of events that pages send, as their `sampleRate` says, 0.01 to 1; 1 if absent. What a browser claims beside it
   * is not believed: such an event counts as one.
   */
  sampleRate?: number;
  /** Who is signed in, from the session or a token of the request; the browser's random id stands for the user if absent. */
  user?: (request: IncomingMessage) => string | number | undefined;
  /**
   * Whom the rate limit is for; the address that the connection comes from if absent. Behind a proxy, answer the address
   * that the proxy names, and only if it is the proxy that asks.
   */
  client?: (request: IncomingMessage) => string | undefined;
  /** Events of one client; 20 a second and 400 at once if absent. */
  perClient?: Rate;
  /** Events of all clients; 2,000 a second and 8,000 at once if absent. */
  overall?: Rate;
  /** Bytes of a body, packed or not; 65,536 if absent. */
  bodyBytes?: number;
  /** Milliseconds that a body may take to arrive; 10,000 if absent. */
  bodyTimeout?: number;
  /** Milliseconds since 1970; `Date.now` if absent. */
  now?: () => number;
}

/** How requests to the collector end. */
export const BEACON_OUTCOMES = [
  'taken',
  'duplicate',
  'preflight',
  'method',
  'origin',
  'content_type',
  'malformed',
  'too_large',
  'rate_limited',
  'busy',
  'timeout',
  'aborted',
  'failed',
] as const;

export type BeaconOutcome = (typeof BEACON_OUTCOMES)[number];
