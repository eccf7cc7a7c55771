import type { WEB_VITALS, WireValue } from '../events/wire.js';

/**
 * What the visitor has said to being counted. `granted`: events are sent, and batches that could not be delivered are
 * stored. `pending`: events wait in memory, nothing is sent or stored. `denied`: nothing is kept, stored or sent.
 */
export type Consent = 'granted' | 'denied' | 'pending';

/** Flags with the variants in force; a value stands for itself where the provider names no variants. */
export type BrowserFlags = Readonly<Record<string, string | number | boolean>>;

/** Properties of an event. Text is for closed sets of values, never for anything that says who the visitor is. */
export type BrowserProperties = Readonly<Record<string, WireValue>>;

/** Options of `createBrowserEvents`. Only the endpoint is needed; nothing is sent before consent is granted. */
export interface BrowserEventsOptions {
  /** URL of the service's collector: a path of the page's own origin, or of another that the collector admits. */
  endpoint: string;
  /** `pending` if absent. */
  consent?: Consent;
  /** The flags in force from the start. */
  flags?: BrowserFlags;
  /** The part of events that are sent, 0.01 to 1; 1 if absent. The collector counts each as 1/rate if its own `sampleRate` says the same. */
  sampleRate?: number;
  /** Events that are always sent, as exposures and critical events are. */
  unsampled?: readonly string[];
  /** Milliseconds that an event waits for others; 5000 if absent. */
  flushInterval?: number;
  /** Events of one batch, at most 200; 50 if absent. A batch also ends at 60,000 bytes. */
  batchSize?: number;
  /** Bytes of events that wait, in memory and in storage together; 262,144 if absent. A fifth is left to critical events. */
  queueBytes?: number;
  /**
   * Where batches wait that could not be delivered, for the next page: `local` (if absent) also past the end of the tab,
   * `session` within it, `none` in memory alone.
   */
  storage?: 'local' | 'session' | 'none';
  /** Called for misuse, each once: an event's name that breaks the rule, personal data. Nobody is called if absent. */
  onWarning?: (message: string) => void;
}

/** Under which flags an event happened. */
export interface ExposeOptions {
  /** Flag key to variant, or to the value where there is no variant; those in force if absent. */
  flags?: BrowserFlags;
}

/** Options of one event. */
export interface TrackOptions extends ExposeOptions {
  /** Never left out by sampling, sent without waiting for others, dropped last where the queue is full. */
  critical?: boolean;
}

/** What is read of a `web-vitals` metric: milliseconds, CLS without a unit. */
export interface VitalMetric {
  id: string;
  value: number;
}

/** The `web-vitals` package (versions 3 to 6), or as much of it as shall be measured. */
export type VitalsLibrary = Readonly<
  Partial<Record<`on${(typeof WEB_VITALS)[number]}`, (report: (metric: VitalMetric) => void) => void>>
>;

/** What is read of an OpenFeature evaluation. */
export interface EvaluatedFlag {
  flagKey: string;
  value: unknown;
  variant?: string;
  reason?: string;
  errorCode?: unknown;
}

/** A hook for `OpenFeature.addHooks` of `@openfeature/web-sdk`. */
export interface BrowserFlagHook {
  finally(context: object, details: EvaluatedFlag): void;
}

/** Events of one page. No method throws, waits for the network or needs `this`; on a server each does nothing. */
export interface BrowserEvents {
  /**
   * Counts an event. The name is object_action in snake_case: `product_added`. Whether it is a conversion, a step of a
   * funnel, revenue or engagement is what the service's definition of the name says.
   */
  track: (name: string, properties?: BrowserProperties, options?: TrackOptions) => void;
  /** The visitor is shown the features of these flags, or of those in force: each once for a session and variant. */
  expose: (options?: ExposeOptions) => void;
  /** Replaces the flags in force. Later events carry them. */
  setFlags: (flags: BrowserFlags) => void;
  /** Keeps the flags in force up to date from the page's own evaluations. */
  hook: BrowserFlagHook;
  /**
   * Counts clicks on elements with `data-flaglens-click="target"`, where the target is among these, as events of this name
   * with the property `target`: what the service defines as engagement. A later call replaces the earlier one.
   */
  captureClicks: (event: string, targets: readonly string[]) => void;
  /** Measures web vitals by the `web-vitals` package that the page loads, each once. */
  webVitals: (library: VitalsLibrary) => void;
  /** Measures the page's load once it is complete. */
  pageTiming: () => void;
  setConsent: (consent: Consent) => void;
  /** Sends what waits, if consent is granted and no retry is due later. */
  flush: () => void;
  /** Sends what waits as the page's end does, and lets go of the page. */
  stop: () => void;
}
