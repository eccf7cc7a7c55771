import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { UNMATCHED_ROUTE } from '../floor/conventions.js';
import { settle } from '../floor/settle.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { trackRequest } from './trackRequest.js';
import type { Describe } from './watchResponse.js';

/** A listener that may be asynchronous: what it answers is handed on to whoever called it. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Options of {@link instrumentHandler}. */
export interface HandlerOptions {
  requests: RequestMetrics;
  /** The route's pattern, asked for at the request's end; undefined if none matched. Never answer the raw path. */
  route?: (request: IncomingMessage) => string | undefined;
  /** Requests that are left out, such as scrapes and health checks. */
  ignore?: (request: IncomingMessage) => boolean;
}

/**
 * Wraps the listener of a `node:http` server so that its requests are recorded and tagged. What the listener throws
 * or rejects with passes through unchanged, and counts as status 500 if nothing had been sent by then.
 */
export function instrumentHandler(handler: Handler, options: HandlerOptions): RequestListener {
  const { requests } = options;
  const listener: Handler = (request, response) => {
    const describe: Describe = () => ({
      method: request.method ?? 'GET',
      route: options.route?.(request) ?? UNMATCHED_ROUTE,
    });
    const record = trackRequest(requests, {
      site: 'nodeHttp',
      request,
      response,
      describe,
      ignore: options.ignore === undefined ? undefined : () => options.ignore?.(request) === true,
    });
    if (record === undefined) {
      return handler(request, response);
    }
    return requests.run(record, () =>
      settle(
        () => handler(request, response),
        (end) => {
          if ('error' in end && !response.headersSent) {
            requests.guarded('nodeHttp', () => record.finish({ ...describe(), status: 500 }));
          }
        }
      )
    );
  };
  return listener;
}
