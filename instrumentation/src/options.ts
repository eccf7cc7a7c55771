import type { Hook } from '@openfeature/server-sdk';
import type { Registry } from 'prom-client';
import type { AllocationOf } from './allocation/AllocationGauge.js';
import type { CollectionMode } from './context/Collection.js';
import type { EventOptions } from './events/options.js';
import type { LayerOptions } from './layers/options.js';
import type { Tracing } from './Tracing.js';

/** A flag that the service knows of, so that its series can start at zero before the first request. */
export interface FlagDefinition {
  /** The flag's key, as it is evaluated. */
  key: string;
  /** Its variants, as the provider names them; for flags without named variants, the values as text. */
  variants: readonly string[];
  /** The flag's metadata, if custom dimensions are taken from it: it gives their values before the first evaluation. */
  metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** A route that the service answers. */
export interface RouteDefinition {
  /** Upper-case HTTP method. */
  method: string;
  /** The route's pattern, such as `/products/:id`; never a path with ids in it. */
  route: string;
  /** Status codes that start at zero; {@link InstrumentationOptions.statuses} if absent. */
  statuses?: readonly number[];
  /** Keys of the flags that this route evaluates; all registered flags if absent. */
  flags?: readonly string[];
}

/** What bounds the number of series. Values beyond a limit become `other` and are counted. */
export interface Limits {
  /** Flag keys; 100 if absent. Registered flags are always among them. */
  flags?: number;
  /** Variants of one flag; 20 if absent. Registered variants are always among them. */
  variantsPerFlag?: number;
  /** Routes; 200 if absent. Registered routes are always among them. */
  routes?: number;
  /** Status codes; 40 if absent. */
  statuses?: number;
  /** Provider names; 10 if absent. */
  providers?: number;
  /** Values of one custom dimension; 20 if absent. */
  dimensionValues?: number;
  /** Classes of thrown errors, beside OpenFeature's error codes; 20 if absent. */
  exceptions?: number;
  /** Values of one label of a metric that is split; 200 if absent. */
  labelValues?: number;
  /** Combinations of label values of a metric that is split; 2000 if absent. */
  labelSets?: number;
  /** Characters of one label value; 64 if absent. Longer ones are cut. */
  valueLength?: number;
  /** Series (a histogram counts as one) that are created at zero ahead of traffic; 5000 if absent. */
  initialisedSeries?: number;
}

/** What every part of the library takes. */
export interface CommonOptions {
  /** Where the metrics are registered. */
  registry: Registry;
  limits?: Limits;
  /** Which flags the metrics are split by; `'all'` if absent. Evaluations themselves are counted for every flag. */
  collection?: CollectionMode;
  /**
   * Asked for the labels of an exemplar, such as `trace_id` and `span_id`, at each observation of a split histogram.
   * Its names and values together have at most 128 characters. `tracing` brings one along.
   */
  exemplar?: () => Readonly<Record<string, string>> | undefined;
  /** Told of misuse, such as a metric name that is taken; `process.emitWarning` if absent. */
  onWarning?: (message: string) => void;
  /** Makes spans of requests and span events of evaluations; nothing is traced if absent. */
  tracing?: Tracing;
}

/** Options of the metrics hook. */
export interface EvaluationOptions {
  flags?: readonly FlagDefinition[];
  /** `metadata.name` of the provider. With it, the series of {@link flags} start at zero. */
  providerName?: string;
  /** Reasons whose success series start at zero; TARGETING_MATCH, SPLIT, STATIC and DEFAULT if absent. */
  reasons?: readonly string[];
  /** Further labels of the success counter: label name to the key in the flag's metadata. */
  dimensions?: Readonly<Record<string, string>>;
  /** Upper bounds in seconds of the evaluation histogram. */
  evaluationBuckets?: readonly number[];
}

/**
 * What becomes of the untagged metric of requests, `http_request_duration_seconds`, where something else in the service
 * has one of that name: it gets another name, or it is left out. The series by flag are the same in any case.
 */
export type RequestMetricOption = false | { readonly name: string };

/** Options of request tagging. */
export interface RequestOptions {
  flags?: readonly FlagDefinition[];
  routes?: readonly RouteDefinition[];
  /** Status codes that start at zero on every route; 200 and 500 if absent. */
  statuses?: readonly number[];
  /** Upper bounds in seconds of both request histograms. */
  requestBuckets?: readonly number[];
  /** Another name for the untagged metric of requests, or `false` for none; `http_request_duration_seconds` if absent. */
  requestMetric?: RequestMetricOption;
}

/** Options of the allocation gauge. */
export interface AllocationOptions {
  /** Asked for each registered flag at each scrape; without it, shares are told by `allocation.set`. */
  allocation?: AllocationOf;
}

/** Options of the whole instrumentation. */
export interface SetupOptions {
  /**
   * Where the hooks are added: `OpenFeature`, or one of its clients. Without it, add `instrumentation.hooks` yourself.
   * Give one of the two alone: hooks that are added twice count twice.
   */
  openFeature?: { addHooks(...hooks: Hook[]): unknown };
}

/** Options of {@link createInstrumentation}. */
export type InstrumentationOptions = SetupOptions &
  CommonOptions &
  EvaluationOptions &
  RequestOptions &
  AllocationOptions &
  LayerOptions & {
    /** Product and business events: what may be tracked, and how. */
    events?: EventOptions;
  };
