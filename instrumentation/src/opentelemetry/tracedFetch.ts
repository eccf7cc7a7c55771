import { context, propagation, SpanKind, SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { METHODS } from '../floor/conventions.js';
import { guarded } from './guarded.js';
import { ATTRIBUTES } from './names.js';
import { traced } from './traced.js';

/** What `fetch` takes, and what the span says of the request. */
export interface TracedFetchOptions extends RequestInit {
  /** The pattern of the path that is asked for, such as `/products/:id`. The path itself may hold ids and is left out. */
  template?: string;
  /** Which attempt at this request it is, from 1. */
  attempt?: number;
}

/**
 * `fetch` with a span of its own that takes the trace along to the other service. The span ends when the headers of the
 * answer are there. A failure passes through unchanged; statuses from 400 mark the span as failed.
 */
export function tracedFetch(input: string | URL | Request, options: TracedFetchOptions = {}): Promise<Response> {
  const { template, attempt, ...init } = options;
  const method = (init.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
  const known = METHODS.includes(method) ? method : '_OTHER';
  const name = [known === '_OTHER' ? 'HTTP' : known, template].filter((part) => part !== undefined).join(' ');
  const attributes = { [ATTRIBUTES.method]: known, ...target(input), ...given(template, attempt) };
  const send = async (span: Span): Promise<Response> => {
    const response = await fetch(input, { ...init, headers: withTrace(input, init.headers) });
    guarded('tracedFetch', () => {
      span.setAttribute(ATTRIBUTES.status, response.status);
      if (response.status >= 400) {
        span.setAttribute(ATTRIBUTES.errorType, String(response.status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
    });
    return response;
  };
  return traced(name, send, { kind: SpanKind.CLIENT, attributes });
}

/** The request's own headers, and those that carry the trace. Headers of `init` replace all of a Request's, as in `fetch`. */
function withTrace(input: string | URL | Request, own: RequestInit['headers']): Headers {
  const headers = new Headers(own ?? (input instanceof Request ? input.headers : undefined));
  guarded('tracedFetch', () =>
    propagation.inject(context.active(), headers, { set: (carrier, key, value) => carrier.set(key, value) })
  );
  return headers;
}

/** Where the request goes, without its path and query. */
function target(input: string | URL | Request): Attributes {
  const url = guarded('tracedFetch', () => new URL(input instanceof Request ? input.url : input));
  if (url === undefined) {
    return {};
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return {
    [ATTRIBUTES.urlScheme]: url.protocol.slice(0, -1),
    [ATTRIBUTES.serverAddress]: url.hostname,
    [ATTRIBUTES.serverPort]: port,
  };
}

function given(template: string | undefined, attempt: number | undefined): Attributes {
  const attributes: Attributes = {};
  if (template !== undefined) {
    attributes[ATTRIBUTES.urlTemplate] = template;
  }
  if (attempt !== undefined) {
    attributes[ATTRIBUTES.attempt] = attempt;
    if (attempt > 1) {
      attributes[ATTRIBUTES.resendCount] = attempt - 1;
    }
  }
  return attributes;
}
