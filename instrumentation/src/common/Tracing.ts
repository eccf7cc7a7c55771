import type { Hook } from '@openfeature/server-sdk';
import type { RequestTracing } from './RequestTracing.js';

/**
 * Tracing as `createInstrumentation({ tracing })` takes it. `openTelemetryTracing()` of
 * `@flaglens/instrumentation/opentelemetry` makes one.
 */
export interface Tracing extends RequestTracing {
  /** OpenFeature hooks that note evaluations on the span under way; `createInstrumentation` adds them to its own. */
  readonly hooks?: readonly Hook[];
  /** Labels of an exemplar for what is observed now, such as `trace_id`; undefined outside of a sampled span. */
  exemplar?(): Record<string, string> | undefined;
}
