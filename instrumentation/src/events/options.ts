import type { JsonSchemaCompiler, EventSchema } from './schema.js';

/** What an event tells of: the application at work, its users, or what it runs on. */
export type EventLayer = 'application' | 'user' | 'infrastructure';

/**
 * A property that becomes a measurement of its own, split by flag: `event_<event>_<property>_<unit>`, for a counter with
 * `_total` behind it. Histograms and gauges have what was sampled; counters are corrected for the sampling.
 */
export interface ValueDefinition {
  metric: 'counter' | 'gauge' | 'histogram';
  /** The base unit, in the metric's name: seconds, bytes, ratio, items. */
  unit: string;
  /** Upper bounds of a histogram, in the unit. */
  buckets?: readonly number[];
}

/** What all kinds of events have in common. */
export interface CommonEventDefinition {
  /**
   * What the properties look like: a Standard Schema (zod, valibot, arktype), anything with `safeParse`, or a JSON Schema
   * if {@link EventOptions.jsonSchema} is given. Without one, the event takes any properties and uses those named here.
   */
  schema?: EventSchema;
  /** `application` if absent. */
  layer?: EventLayer;
  /** Properties that become labels, each with all its values: what is not among them counts as `other`. */
  labels?: Readonly<Record<string, readonly string[]>>;
  /** Properties that become measurements. */
  values?: Readonly<Record<string, ValueDefinition>>;
  /** Which part of the events is recorded, above 0 to 1; 1 if absent. Each counts as 1/rate. */
  sampleRate?: number;
  /** Never sampled, whatever the rates say. */
  critical?: boolean;
  /** Whether the collector takes it from browsers, which may send whatever they like; false if absent. */
  browser?: boolean;
}

/** An event that is counted and no more. */
export interface CustomEvent extends CommonEventDefinition {
  kind?: 'custom';
}

/** A user was shown a feature: counted once for each user, flag and variant. */
export interface ExposureEvent extends CommonEventDefinition {
  kind: 'exposure';
}

/** A user did what the application hopes for. */
export interface ConversionEvent extends CommonEventDefinition {
  kind: 'conversion';
  /** `once` for each user, flag and variant, or `every` time; `once` if absent. */
  perUser?: 'once' | 'every';
}

/** A step of a funnel and nothing else. Events of every kind can be steps: {@link EventOptions.funnels} says of which. */
export interface FunnelStepEvent extends CommonEventDefinition {
  kind: 'funnel step';
}

/** Money that came in, or went back. */
export interface RevenueEvent extends CommonEventDefinition {
  kind: 'revenue';
  /** The property with the amount in the currency's main unit (euros, not cents). Negative ones count as refunds. */
  amount: string;
  /** The property with the currency's code. */
  currency: string;
  /** All currencies, as ISO 4217 has them. Others count as `other`. */
  currencies: readonly string[];
  /** Whether the event is a refund, its amount being positive; false if absent. */
  refund?: boolean;
  /** Whether the user converts by it, `once` or `every` time; no conversion if absent. */
  conversion?: 'once' | 'every';
}

/** A click or another interaction. */
export interface EngagementEvent extends CommonEventDefinition {
  kind: 'engagement';
  /** The property with what was interacted with. */
  target: string;
  /** All its values. Others count as `other`. */
  targets: readonly string[];
}

/** An event that may be tracked. Its name, the key of the definitions, is object_action: `order_completed`. */
export type EventDefinition =
  CustomEvent | ExposureEvent | ConversionEvent | FunnelStepEvent | RevenueEvent | EngagementEvent;

/** Steps on the way to something, by the names of their events. Each counts once for each user, flag and variant. */
export interface FunnelDefinition {
  steps: readonly string[];
  /** Whether a step counts only after the one before it was counted by this process; true if absent. */
  ordered?: boolean;
}

/** Options of `createInstrumentation({ events })`. */
export interface EventOptions {
  /** By name. What is not defined here is counted as dropped. */
  definitions?: Readonly<Record<string, EventDefinition>>;
  /** By name, in snake_case. */
  funnels?: Readonly<Record<string, FunnelDefinition>>;
  /** Compiles schemas that are JSON Schema: `new Ajv()`. */
  jsonSchema?: JsonSchemaCompiler;
  /**
   * Key of the hash that users are known by. Give all processes the same secret if one user's events may meet in several;
   * a random one if absent.
   */
  userKey?: string | Uint8Array;
  /** Users whose exposures, conversions and steps are remembered; 50,000 if absent. */
  users?: number;
  /** Seconds after which a user counts anew; a day if absent. */
  userTtl?: number;
  /** Events that may wait to be processed; 10,000 if absent. Further ones are dropped and counted. */
  queueSize?: number;
  /** Milliseconds between batches; 0, at the next turn of the event loop, if absent. */
  interval?: number;
  /** Between 0 and 1, for the sampling of events without a user; `Math.random` if absent. */
  random?: () => number;
  /** Milliseconds since 1970; `Date.now` if absent. */
  now?: () => number;
}

/** Whose event it is, and under which flags it happened. */
export interface TrackOptions {
  /** The user's identifier, of whatever form. A keyed hash of it is all that is kept. */
  user?: string | number;
  /** Flag key to variant, or to the value where there is no variant; those of the work under way if absent. */
  flags?: Readonly<Record<string, string | number | boolean>>;
}
