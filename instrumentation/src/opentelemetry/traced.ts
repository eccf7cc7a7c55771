import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { settle } from '../floor/settle.js';
import { errorClass } from '../privacy/errorClass.js';
import { guarded } from './guarded.js';
import { ATTRIBUTES, SCOPE } from './names.js';

/** How a span of {@link traced} is made. */
export interface TracedOptions {
  attributes?: Attributes;
  /** `INTERNAL` if absent. */
  kind?: SpanKind;
}

/** This library's tracer: one that does nothing as long as no tracing is set up. */
export function tracer(): Tracer {
  return trace.getTracer(SCOPE);
}

/**
 * Runs `work` in a span of this name, for instance `traced('select variant', () => client.getBooleanValue(...))`. The span
 * is the active one for all that `work` starts, and ends when its promise settles. What `work` throws passes through;
 * the span has its class, never its message.
 */
export function traced<T>(name: string, work: (span: Span) => T, options: TracedOptions = {}): T {
  const parent = context.active();
  const started = guarded('traced', () =>
    tracer().startSpan(name, { kind: options.kind ?? SpanKind.INTERNAL, attributes: options.attributes }, parent)
  );
  const span = started ?? trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 });
  return runInSpan(span, started === undefined ? parent : trace.setSpan(parent, span), () => work(span));
}

/**
 * One attempt at something that is retried: a span of its own with the number of the attempt, from 1. Called once in each
 * turn of whatever loop retries.
 */
export function tracedAttempt<T>(
  name: string,
  attempt: number,
  work: (span: Span) => T,
  options: TracedOptions = {}
): T {
  return traced(name, work, { ...options, attributes: { ...options.attributes, [ATTRIBUTES.attempt]: attempt } });
}

/** Runs `work` within `active`, and ends the span with it. */
function runInSpan<T>(span: Span, active: Context, work: () => T): T {
  return settle(
    () => context.with(active, work),
    (end) => {
      if ('error' in end) {
        markFailed(span, end.error);
      }
      guarded('traced', () => span.end());
    }
  );
}

function markFailed(span: Span, error: unknown): void {
  guarded('traced', () => {
    span.setAttribute(ATTRIBUTES.errorType, errorClass(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  });
}
