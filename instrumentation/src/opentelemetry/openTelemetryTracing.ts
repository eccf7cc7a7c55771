import type { Tracing } from '../common/Tracing.js';
import { EvaluationEventHook, type EvaluationEventOptions } from './EvaluationEventHook.js';
import { beginRequestSpan } from './requestSpans.js';
import { traceExemplar } from './traceContext.js';

/**
 * Tracing on the OpenTelemetry API, whatever SDK the application has set up: a span for each request, an event for each
 * evaluation, and exemplars that name the trace. Without an SDK it does nothing.
 *
 * `createInstrumentation({ registry, tracing: openTelemetryTracing() })`
 */
export function openTelemetryTracing(options: EvaluationEventOptions = {}): Tracing {
  return { begin: beginRequestSpan, hooks: [new EvaluationEventHook(options)], exemplar: traceExemplar };
}
