export { EvaluationEventHook, type EvaluationEventOptions, type SensitiveAttribute } from './EvaluationEventHook.js';
export { INSTRUMENTS, type Naming } from './evaluationNames.js';
export { ATTRIBUTES, EVALUATION_EVENT } from './names.js';
export { OpenTelemetryMetricsHook, type OpenTelemetryMetricsOptions } from './OpenTelemetryMetricsHook.js';
export { openTelemetryTracing } from './openTelemetryTracing.js';
export {
  continueTrace,
  traceExemplar,
  traceFields,
  traceHeaders,
  type TraceFields,
  type TraceHeaders,
} from './traceContext.js';
export { traced, tracedAttempt, type TracedOptions } from './traced.js';
export { tracedFetch, type TracedFetchOptions } from './tracedFetch.js';
