export { AllocationGauge } from './allocation/AllocationGauge.js';
export { type AllocationOf, type Shares, type ShareSource } from './allocation/options.js';
export { collectorHandler } from './collector/collectorHandler.js';
export type { CollectorOptions } from './collector/options.js';
export type { Origins } from './collector/origins.js';
export type { Rate } from './collector/RateLimiter.js';
export type { CollectionMode, WatchOptions } from './context/options.js';
export * from './floor/conventions.js';
export { createInstrumentation, type Instrumentation, type Run, type Split } from './createInstrumentation.js';
export type { MetricsRegistry } from './endpoint/exposition.js';
export {
  MetricsEndpoint,
  type EndpointOptions,
  type MetricsSource,
  type ScrapeAnswer,
  type ScrapeRequest,
} from './endpoint/MetricsEndpoint.js';
export { metricsHandler, type MetricsListener } from './endpoint/metricsHandler.js';
export * from './events/index.js';
export type { CacheMetrics } from './layers/CacheMetrics.js';
export type { DatabaseMetrics } from './layers/DatabaseMetrics.js';
export type { FailoverMetrics } from './layers/FailoverMetrics.js';
export type { Layers } from './layers/Layers.js';
export type {
  CacheOptions,
  DatabaseOptions,
  FailoverOptions,
  LayerOptions,
  MessageOptions,
  PoolOptions,
  QueueOptions,
  StrategyOptions,
} from './layers/options.js';
export type { PoolMetrics, PoolOutcome } from './layers/PoolMetrics.js';
export type { QueueMetrics } from './layers/QueueMetrics.js';
export type { RetryMetrics, RetryRecord } from './layers/RetryMetrics.js';
export type { SectionMetrics } from './layers/SectionMetrics.js';
export type { StrategyMetrics } from './layers/StrategyMetrics.js';
export type { SplitCounter } from './metrics/SplitCounter.js';
export type { SplitCounterChild } from './metrics/SplitCounterChild.js';
export type { SplitHistogram } from './metrics/SplitHistogram.js';
export type { SplitHistogramChild } from './metrics/SplitHistogramChild.js';
export type { LabelsOf } from './metrics/SplitMetric.js';
export type { SplitOptions } from './metrics/SplitOptions.js';
export { MetricsHook } from './openfeature/MetricsHook.js';
export type { HookHost } from './openfeature/addHooksOnce.js';
export { RequestTaggingHook } from './openfeature/RequestTaggingHook.js';
export type { AllocationOptions } from './allocation/options.js';
export type { CommonOptions } from './common/options.js';
export type { EvaluationNames, EvaluationOptions } from './openfeature/options.js';
export type { FlagDefinition } from './context/options.js';
export type { InstrumentationOptions, SetupOptions } from './options.js';
export type { Limits } from './labels/options.js';
export type { RequestMetricOption, RequestOptions, RouteDefinition } from './requests/options.js';
export { instrumentHandler, type Handler, type HandlerOptions } from './requests/instrumentHandler.js';
export { instrumentUpgrades, type UpgradeOptions } from './requests/instrumentUpgrades.js';
export { RequestMetrics } from './requests/RequestMetrics.js';
export { RequestRecord } from './requests/RequestRecord.js';
export { type RequestOutcome } from './common/RequestTracing.js';
export { type UnitContext } from './requests/runUnit.js';
export type { RequestStart, RequestTrace, RequestTracing } from './common/RequestTracing.js';
export type { Tracing } from './common/Tracing.js';
