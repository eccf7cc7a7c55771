/** Metrics of events. Those with a twin have one called `feature_flag_<name>`, split by flag and variant. */
export const EVENT_METRICS = {
  /** Every event, by name and layer; with a twin. */
  events: 'event_total',
  /** Users that were shown a feature, by flag and variant alone. */
  exposures: 'feature_flag_exposure_total',
  /** Conversions by event; with a twin, which counts exposed users if it counts once. */
  conversions: 'conversion_total',
  /** Users that took a funnel's step; with a twin. */
  funnelSteps: 'funnel_step_total',
  /** Money that came in, by currency; with a twin. */
  revenue: 'revenue_total',
  /** How many times money came in; with a twin. */
  revenueEvents: 'revenue_events_total',
  /** Money that went back, as a positive sum: a counter never falls. With a twin. */
  refunds: 'refund_total',
  /** How many times money went back; with a twin. */
  refundEvents: 'refund_events_total',
  /** Clicks and other interactions by event and target; with a twin. */
  interactions: 'interaction_total',
  /** LCP, INP, FCP and TTFB in seconds; with a twin. */
  webVitals: 'web_vital_seconds',
  /** CLS, which has no unit; with a twin. */
  layoutShift: 'web_vital_layout_shift_score',
  /** Moments of a page's load; with a twin. */
  pageTimings: 'page_timing_seconds',
  /** Events that were not counted, by reason. */
  dropped: 'flaglens_events_dropped_total',
  /** Users that were forgotten before their time, to make room. */
  evicted: 'flaglens_event_users_evicted_total',
} as const;

/** Labels of the metrics of events. */
export const EVENT_LABELS = {
  event: 'event',
  layer: 'layer',
  funnel: 'funnel',
  step: 'step',
  currency: 'currency',
  target: 'target',
  vital: 'vital',
  timing: 'timing',
  reason: 'reason',
} as const;

/** Why an event is not counted. */
export const DROP_REASONS = [
  'invalid_name',
  'unknown_event',
  'invalid_properties',
  'personal_data',
  'too_large',
  'queue_full',
  /** Tracked after `shutdown`. */
  'closed',
  /** From a browser: not among the events that browsers may send. */
  'not_for_browsers',
  /** From a browser: no event of the wire format. */
  'malformed',
  /** From a browser: older than it may be. */
  'too_old',
  /** From a browser: beyond the rate that the collector takes. */
  'rate_limited',
  /** The browser itself dropped it, and says so. */
  'in_browser',
  /** The library failed. */
  'failed',
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/**
 * Upper bounds in seconds for web vitals: the thresholds of "good" and "poor" for each (LCP 2.5 and 4, INP 0.2 and 0.5,
 * FCP 1.8 and 3, TTFB 0.8 and 1.8; https://web.dev/articles/vitals) are among them, so that both parts are exact.
 */
export const WEB_VITAL_BUCKETS: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 1.8, 2.5, 3, 4, 6, 10, 20];

/** Upper bounds for CLS: good up to 0.1, poor above 0.25. */
export const LAYOUT_SHIFT_BUCKETS: readonly number[] = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1];

/** Upper bounds in seconds for the moments of a page's load. */
export const PAGE_TIMING_BUCKETS: readonly number[] = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 10, 20, 60];
