import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { Tag } from '../context/Tag.js';
import { METHODS, UNMATCHED_ROUTE } from '../floor/conventions.js';
import type { RequestOutcome } from '../common/RequestTracing.js';
import type { RequestStart, RequestTrace } from '../common/RequestTracing.js';
import { guarded } from './guarded.js';
import { ATTRIBUTES } from './names.js';
import { tracer } from './traced.js';

/**
 * Begins the span of a request, in the trace that its headers name. A server span that another instrumentation has
 * already begun for it is taken as it is: it gets the route and the flags, and is left for the other to end.
 */
export function beginRequestSpan(start: RequestStart): RequestTrace | undefined {
  const server = start.kind !== 'internal';
  const adopted = server ? activeServerSpan() : undefined;
  if (adopted !== undefined) {
    return new RequestSpan(adopted, context.active(), server, false);
  }
  // A server's requests come from outside; what the service itself is doing meanwhile is not what they belong to.
  const around = server ? ROOT_CONTEXT : context.active();
  const parent = start.headers === undefined ? around : propagation.extract(around, start.headers);
  const method = methodOf(start.method);
  const span = tracer().startSpan(
    server ? nameOf(method, start.route) : (start.route ?? start.method),
    {
      kind: kindOf(start),
      attributes: server ? { [ATTRIBUTES.method]: method } : {},
    },
    parent
  );
  return new RequestSpan(span, trace.setSpan(parent, span), server, true);
}

class RequestSpan implements RequestTrace {
  constructor(
    private readonly span: Span,
    private readonly active: Context,
    private readonly server: boolean,
    /** Whether the span is ours to name and to end. */
    private readonly own: boolean
  ) {}

  run<T>(work: () => T): T {
    return context.with(this.active, work);
  }

  end(outcome: RequestOutcome, tags: readonly Tag[]): void {
    guarded('RequestSpan.end', () => {
      // Of a trace that is not sampled nothing is kept.
      if (this.span.isRecording()) {
        this.describe(outcome, tags);
      }
    });
    if (this.own) {
      guarded('RequestSpan.end', () => this.span.end());
    }
  }

  private describe({ method, route, status }: RequestOutcome, tags: readonly Tag[]): void {
    const matched = route === UNMATCHED_ROUTE ? undefined : route;
    for (const { flag, variant } of tags) {
      this.span.setAttribute(`${ATTRIBUTES.servedPrefix}${flag}`, variant);
    }
    if (this.server && matched !== undefined) {
      this.span.setAttribute(ATTRIBUTES.route, matched);
    }
    if (!this.own) {
      return;
    }
    this.span.updateName(this.server ? nameOf(methodOf(method), matched) : (matched ?? method));
    if (this.server) {
      this.span.setAttribute(ATTRIBUTES.status, status);
    }
    // The conventions have it that a server has not failed where its client did: statuses below 500 are no error.
    if (status >= 500) {
      this.span.setAttribute(ATTRIBUTES.errorType, String(status));
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
  }
}

/**
 * Where OpenTelemetry's instrumentation of node:http leaves the span of a request for others: the active one may be a
 * framework's within it, and one that is not sampled does not say that it is a server's.
 */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/**
 * The server span under way if it is still open, as far as one that is not sampled can be. A span of the service's start-up
 * may be around all of its requests.
 */
function activeServerSpan(): Span | undefined {
  const known = (context.active().getValue(RPC_METADATA) as { span?: Span } | undefined)?.span;
  if (known !== undefined && (known.isRecording() || (known.spanContext().traceFlags & TraceFlags.SAMPLED) === 0)) {
    return known;
  }
  const span = trace.getActiveSpan();
  return span?.isRecording() === true && 'kind' in span && span.kind === SpanKind.SERVER ? span : undefined;
}

/** Work that came with headers of its own was sent by somebody: a message. */
function kindOf({ kind, headers }: RequestStart): SpanKind {
  if (kind !== 'internal') {
    return SpanKind.SERVER;
  }
  return headers === undefined ? SpanKind.INTERNAL : SpanKind.CONSUMER;
}

function methodOf(method: string): string {
  return METHODS.includes(method) ? method : '_OTHER';
}

function nameOf(method: string, route: string | undefined): string {
  const word = method === '_OTHER' ? 'HTTP' : method;
  return route === undefined ? word : `${word} ${route}`;
}
