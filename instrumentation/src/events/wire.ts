/**
 * What a browser sends to the service's collector: types and limits, nothing that runs beyond constants, so that the
 * browser entry can share them without growing.
 *
 * A batch is sent by `POST` as `application/json` or, from `navigator.sendBeacon` without a preflight, as `text/plain`.
 * The collector answers 204. A 4xx is final: the batch is dropped. 429 and 5xx are worth another try with backoff, not
 * before the seconds of `Retry-After` where the answer has it.
 */

/** Version of the format: {@link WireBatch.v}. */
export const WIRE_VERSION = 1;

/** What the collector takes at most. A batch beyond a limit of its own is refused, an event beyond one is left out. */
export const WIRE_LIMITS = {
  /** Bytes of a body as sent, and of what it unpacks to. Browsers bound a beacon or `keepalive` request to as much. */
  bodyBytes: 65_536,
  /** Events of one batch. */
  events: 200,
  /** Characters of an event's name. */
  nameLength: 64,
  /** Flags of one event. */
  flags: 50,
  /** Characters of a flag's key and of a variant. */
  flagLength: 128,
  /** Properties of one event. */
  properties: 32,
  /** Characters of a property's name and of its value, if that is text. */
  textLength: 256,
  /** Milliseconds that an event may be older than the batch: as long as a browser keeps it while it is offline. */
  ageMs: 86_400_000,
  /** The least {@link WireEvent.r}: one event can stand for a hundred at most, whatever a hostile client says. */
  sampleRate: 0.01,
} as const;

/** What {@link WireBatch.id} and {@link WireBatch.session} look like: random, and too plain for an address or a name. */
export const WIRE_ID = /^[A-Za-z0-9_-]{16,64}$/;

/** What an event's name looks like: object_action in snake_case, two words at least. */
export const EVENT_NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;

/** A property's value. Lists and objects are not sent: no label and no measurement could be made of them. */
export type WireValue = string | number | boolean | null;

/** One event. */
export interface WireEvent {
  /** Name, object_action in snake_case: `product_added`. */
  n: string;
  /** When it happened: the browser's clock, in milliseconds since 1970. Only its distance from `sent` is used. */
  t: number;
  /** The flags that were in force, key to variant. Those that the service has not registered are left out. */
  f?: Readonly<Record<string, string>>;
  /** Properties, as the event's definition has them. */
  p?: Readonly<Record<string, WireValue>>;
  /** Which part of such events the browser sends, above 0 to 1; 1 if absent. Each counts as 1/r. */
  r?: number;
}

/** One request's events. */
export interface WireBatch {
  v: typeof WIRE_VERSION;
  /** When the batch was sent, by the clock that {@link WireEvent.t} was read from. */
  sent: number;
  /** Events that the browser dropped since its last batch (queue full, retries spent); 0 if absent. */
  dropped?: number;
  /** A random id of this batch, the same on every retry: a batch that was taken already is answered 204 and left out. */
  id: string;
  /**
   * A random id that the browser made up and keeps: it tells exposures of one visitor from those of two. It is never an
   * account's id, an e-mail address or anything else that says who the visitor is; where the service knows its user, the
   * collector takes that from the request. The collector keeps a keyed hash of it alone.
   */
  session: string;
  events: readonly WireEvent[];
}

/** The events that the browser entry sends by itself. Every collector knows them; nobody needs to define them. */
export const WIRE_EVENTS = {
  /**
   * Properties: `name`, one of {@link WEB_VITALS}, and `value` in seconds, that of CLS without a unit. (The `web-vitals`
   * package measures in milliseconds: divide.)
   */
  webVital: 'web_vital_measured',
  /** Properties: {@link PageTiming}. */
  pageTiming: 'page_timing_measured',
  /** A feature was shown: its flags are the event's, without properties. Counted once for each visitor, flag and variant. */
  exposure: 'feature_exposed',
} as const;

/** The web vitals: https://web.dev/articles/vitals. */
export const WEB_VITALS = ['LCP', 'INP', 'FCP', 'TTFB', 'CLS'] as const;

/** The moments of a page's load, from PerformanceNavigationTiming. */
export const PAGE_TIMINGS = ['response', 'interactive', 'content_loaded', 'load'] as const;

/** Properties of `page_timing_measured`. */
export interface PageTiming {
  name: (typeof PAGE_TIMINGS)[number];
  /** In seconds since the navigation began. */
  value: number;
}
