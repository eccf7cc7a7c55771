import type { Request, RequestHandler, Response } from 'express';
import { ExpressRoute } from './expressRoute.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { trackRequest } from './trackRequest.js';

/** Options of {@link flaglensExpress}. */
export interface MiddlewareOptions {
  requests: RequestMetrics;
  /** The route's pattern for requests whose pattern the router does not know, asked for at the request's end. */
  route?: (request: Request) => string | undefined;
  /**
   * The operation of a request to an endpoint that has many, such as GraphQL or tRPC: it follows the route in the label,
   * `/graphql Price`. It may be what the client says: `limits.operations` of them are kept.
   */
  operation?: (request: Request) => string | undefined;
  /** The status that a complete answer counts as, where it is not the answer's own: a GraphQL answer of 200 with errors. */
  status?: (request: Request, response: Response) => number | undefined;
  /** Requests that are left out, such as scrapes and health checks. */
  ignore?: (request: Request) => boolean;
}

/**
 * Express middleware that records every request and tags it with the flags that it evaluates. Use it before all others.
 */
export function flaglensExpress({ requests, route, operation, status, ignore }: MiddlewareOptions): RequestHandler {
  return (request, response, next) => {
    const followed: { route: ExpressRoute | undefined } = { route: undefined };
    const record = trackRequest(requests, {
      site: 'express',
      request,
      response,
      method: () => request.method,
      pattern: () => followed.route?.pattern,
      route: route && (() => route(request)),
      operation: operation && (() => operation(request)),
      status: status && (() => status(request, response)),
      ignore: ignore && (() => ignore(request)),
    });
    if (record === undefined) {
      next();
      return;
    }
    followed.route = requests.guarded('express', () => new ExpressRoute(request));
    requests.run(record, () => next());
  };
}
