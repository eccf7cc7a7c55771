import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { settle } from '../floor/settle.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { describe, trackRequest, type TrackedRequest } from './trackRequest.js';

/** A listener that may be asynchronous: what it answers is handed on to whoever called it. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Options of {@link instrumentHandler}. */
export interface HandlerOptions {
  requests: RequestMetrics;
  /** The route's pattern, asked for at the request's end; undefined if none matched. Never answer the raw path. */
  route?: (request: IncomingMessage) => string | undefined;
  /** The operation of a request to an endpoint that has many, such as GraphQL; see the middleware of Express. */
  operation?: (request: IncomingMessage) => string | undefined;
  /** The status that a complete answer counts as, where it is not the answer's own. */
  status?: (request: IncomingMessage, response: ServerResponse) => number | undefined;
  /** Requests that are left out, such as scrapes and health checks. */
  ignore?: (request: IncomingMessage) => boolean;
}

/**
 * Wraps the listener of a `node:http` server so that its requests are recorded and tagged. What the listener throws
 * or rejects with passes through unchanged, and counts as status 500 if nothing had been sent by then.
 */
export function instrumentHandler(handler: Handler, options: HandlerOptions): RequestListener {
  const { requests, route, operation, status, ignore } = options;
  const listener: Handler = (request, response) => {
    const tracked: TrackedRequest = {
      site: 'nodeHttp',
      request,
      response,
      method: () => request.method ?? 'GET',
      route: route && (() => route(request)),
      operation: operation && (() => operation(request)),
      status: status && (() => status(request, response)),
      ignore: ignore && (() => ignore(request)),
    };
    const record = trackRequest(requests, tracked);
    if (record === undefined) {
      return handler(request, response);
    }
    return requests.run(record, () =>
      settle(
        () => handler(request, response),
        (end) => {
          if ('error' in end && !response.headersSent) {
            requests.guarded('nodeHttp', () => record.finish({ ...describe(requests, tracked), status: 500 }));
          }
        }
      )
    );
  };
  return listener;
}
