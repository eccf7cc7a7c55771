import { context, isSpanContextValid, propagation, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { guarded } from './guarded.js';

/** Names a span in a log line or an exemplar. */
export interface TraceFields {
  /** 32 hexadecimal digits. */
  trace_id: string;
  /** 16 hexadecimal digits. */
  span_id: string;
}

/** Headers as they come in or go out, with lower-case names. */
export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The ids of the span under way, for any logger: `logger.info({ ...traceFields() }, 'paid')`. Empty outside of a span.
 */
export function traceFields(): TraceFields | Record<string, never> {
  return fields(false) ?? {};
}

/**
 * The ids of the span under way as the labels of an exemplar (62 characters of at most 128), for
 * `createInstrumentation({ exemplar: traceExemplar })`. Undefined outside of a sampled span: its trace would lead nowhere.
 */
export function traceExemplar(): Record<string, string> | undefined {
  return fields(true);
}

/** The headers that carry the trace under way to another service (W3C `traceparent`, or what the application set up). */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  guarded('traceHeaders', () => propagation.inject(context.active(), headers));
  return headers;
}

/** Runs `work` as part of the trace that came with these headers, for instance with a message from a queue. */
export function continueTrace<T>(headers: TraceHeaders, work: () => T): T {
  const remote = guarded('continueTrace', () => propagation.extract(ROOT_CONTEXT, headers));
  return context.with(remote ?? ROOT_CONTEXT, work);
}

function fields(sampledOnly: boolean): (TraceFields & Record<string, string>) | undefined {
  return guarded('traceFields', () => {
    const span = trace.getActiveSpan()?.spanContext();
    if (span === undefined || !isSpanContextValid(span)) {
      return undefined;
    }
    const sampled = (span.traceFlags & TraceFlags.SAMPLED) !== 0;
    return sampledOnly && !sampled ? undefined : { trace_id: span.traceId, span_id: span.spanId };
  });
}
