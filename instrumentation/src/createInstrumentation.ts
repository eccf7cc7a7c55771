import type { Hook } from '@openfeature/server-sdk';
import type { WatchOptions } from './context/Collection.js';
import { MetricsHook } from './openfeature/MetricsHook.js';
import { RequestTaggingHook } from './openfeature/RequestTaggingHook.js';
import type { FlagDefinition, InstrumentationOptions } from './options.js';
import { RequestMetrics } from './requests/RequestMetrics.js';
import { createShared } from './Shared.js';

/** The library's parts, sharing one registry and one set of limits. */
export interface Instrumentation {
  /** For `OpenFeature.addHooks(...hooks)`: the metrics hook, then the one that tags requests. */
  hooks: Hook[];
  /** For the middleware of the HTTP server. */
  requests: RequestMetrics;
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
  return {
    hooks: [metricsHook, new RequestTaggingHook(requests), ...(options.tracing?.hooks ?? [])],
    requests,
    registerFlags: (flags) => {
      metricsHook.registerFlags(flags);
      requests.registerFlags(flags);
    },
    watch: (flagKey, options) => shared.collection.watch(flagKey, options),
  };
}
