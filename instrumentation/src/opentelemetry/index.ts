export { EvaluationEventHook, type EvaluationEventOptions, type SensitiveAttribute } from './EvaluationEventHook.js';
export { ATTRIBUTES, EVALUATION_EVENT } from './names.js';
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
