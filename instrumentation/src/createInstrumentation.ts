import type { Hook } from '@openfeature/server-sdk';
import { AsyncResource } from 'node:async_hooks';
import type { Counter, Histogram } from 'prom-client';
import { AllocationGauge } from './allocation/AllocationGauge.js';
import type { WatchOptions } from './context/options.js';
import { Events } from './events/Events.js';
import { Layers } from './layers/Layers.js';
import type { SplitCounter } from './metrics/SplitCounter.js';
import type { SplitHistogram } from './metrics/SplitHistogram.js';
import type { SplitOptions } from './metrics/SplitOptions.js';
import { addHooksOnce } from './openfeature/addHooksOnce.js';
import { followProvider } from './openfeature/followProvider.js';
import { MetricsHook } from './openfeature/MetricsHook.js';
import { RequestTaggingHook } from './openfeature/RequestTaggingHook.js';
import type { FlagDefinition } from './context/options.js';
import type { InstrumentationOptions } from './options.js';
import { RequestMetrics } from './requests/RequestMetrics.js';
import { runUnit, type UnitContext } from './requests/runUnit.js';
import { createShared } from './common/Shared.js';

/**
 * Splits a histogram or counter of the application's own by flag: record through what is answered. The metric itself
 * gets each value once, as before; its twin `feature_flag_<name>` gets it once for each flag that was evaluated.
 */
export interface Split {
  <L extends string>(histogram: Histogram<L>, options?: SplitOptions): SplitHistogram<L>;
  <L extends string>(counter: Counter<L>, options?: SplitOptions): SplitCounter<L>;
}

/**
 * Runs a unit of work; the type of what it answers is the type of what the work answers. The first form is for work that
 * answers a promise: without it TypeScript reads `status` wrongly where `strict` is off.
 */
export interface Run {
  <T>(context: UnitContext<T>, work: () => Promise<T>): Promise<T>;
  <T>(context: UnitContext<Awaited<T>>, work: () => T): T;
}

/** The library's parts, sharing one registry and one set of limits. */
export interface Instrumentation {
  /** For `OpenFeature.addHooks(...hooks)`, unless the option `openFeature` is given: the metrics hook first. */
  hooks: Hook[];
  /** For the middleware of the HTTP server. */
  requests: RequestMetrics;
  /** The shares of the users that the flags' variants are allocated to. */
  allocation: AllocationGauge;
  /** What lies below the requests: caches, retries, failovers, pools, strategies, databases, queues, the process. */
  layers: Layers;
  /** Product and business events. Their metrics are made with the option `events`, or when this is first asked for. */
  readonly events: Events;
  /** Splits metrics of the application's own. */
  split: Split;
  /**
   * Runs a unit of work that no middleware sees, such as a job or a message: it is recorded and tagged like a request,
   * and what it answers or throws is passed on.
   */
  run: Run;
  /**
   * Binds a function to the request or unit of work under way, for callbacks that are called by something that serves
   * many of them, such as a worker pool, a connection pool or a queue.
   */
  bind<Args extends unknown[], Result>(callback: (...args: Args) => Result): (...args: Args) => Result;
  /** Registers flags that become known later; their series start at zero. */
  registerFlags(flags: readonly FlagDefinition[]): void;
  /**
   * Splits the metrics by a flag that `collection` leaves out, until the answered function is called. Several may
   * watch one flag.
   */
  watch(flagKey: string, options?: WatchOptions): () => void;
}

/** Builds the metrics hook and request tagging on one registry. */
export function createInstrumentation(options: InstrumentationOptions): Instrumentation {
  const shared = createShared(options);
  const metricsHook = new MetricsHook(options, shared);
  const requests = new RequestMetrics(options, shared);
  const layers = new Layers(options, shared);
  const allocation = new AllocationGauge(shared, options.allocation);
  allocation.registerFlags(options.flags ?? []);
  let events = options.events && new Events(shared, options.events);
  const { openFeature } = options;
  const hooks: Record<string, Hook> = { metrics: metricsHook, requests: new RequestTaggingHook(requests) };
  layers.hooks.forEach((hook, i) => (hooks[`layers ${String(i)}`] = hook));
  options.tracing?.hooks?.forEach((hook, i) => (hooks[`tracing ${String(i)}`] = hook));
  if (openFeature !== undefined) {
    shared.host.run('addHooks', () => addHooksOnce(openFeature, metricsHook.place, hooks));
    shared.host.run('followProvider', () => followProvider(openFeature, (name) => metricsHook.providedBy(name)));
  }
  return {
    hooks: Object.values(hooks),
    requests,
    allocation,
    layers,
    get events() {
      return (events ??= new Events(shared));
    },
    split: shared.split.existing.bind(shared.split),
    run: <T>(context: UnitContext<Awaited<T>>, work: () => T) => runUnit(requests, context, work),
    bind: (callback) => shared.host.run('bind', () => AsyncResource.bind(callback)) ?? callback,
    registerFlags: (flags) => {
      metricsHook.registerFlags(flags);
      requests.registerFlags(flags);
      allocation.registerFlags(flags);
    },
    watch: (flagKey, options) => shared.collection.watch(flagKey, options),
  };
}
