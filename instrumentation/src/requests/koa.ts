import type { Middleware, ParameterizedContext } from 'koa';
import { MetricsEndpoint, type EndpointOptions, type MetricsSource } from '../endpoint/MetricsEndpoint.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { trackRequest } from './trackRequest.js';

/** Options of {@link flaglensKoa}. */
export interface MiddlewareOptions {
  requests: RequestMetrics;
  /** The route's pattern for requests of which `@koa/router` matched none, asked for at the request's end. */
  route?: (context: ParameterizedContext) => string | undefined;
  /** The operation of a request to an endpoint that has many, such as GraphQL; see the middleware of Express. */
  operation?: (context: ParameterizedContext) => string | undefined;
  /** The status that a complete answer counts as, where it is not the answer's own. */
  status?: (context: ParameterizedContext) => number | undefined;
  /** Requests that are left out, such as scrapes and health checks. */
  ignore?: (context: ParameterizedContext) => boolean;
}

/** Koa middleware that records every request and tags it with the flags that it evaluates. Use it before all others. */
export function flaglensKoa({ requests, route, operation, status, ignore }: MiddlewareOptions): Middleware {
  return (context, next) => {
    const record = trackRequest(requests, {
      site: 'koa',
      request: context.req,
      response: context.res,
      method: () => context.method,
      pattern: () => matchedRoute(context),
      route: route && (() => route(context)),
      operation: operation && (() => operation(context)),
      status: status && (() => status(context)),
      ignore: ignore && (() => ignore(context)),
    });
    return record === undefined ? next() : requests.run(record, next);
  };
}

/** The `/metrics` handler for Koa: `router.get('/metrics', koaMetrics(registry))`. */
export function koaMetrics(source: MetricsSource, options?: EndpointOptions): Middleware {
  const endpoint = new MetricsEndpoint(source, options);
  return async (context) => {
    const { status, headers, body } = await endpoint.answer({
      method: context.method,
      accept: context.get('accept'),
      acceptEncoding: context.get('accept-encoding'),
    });
    context.status = status;
    context.body = body;
    context.set(headers);
  };
}

/** What `@koa/router` says that it matched: the pattern, its prefixes included. */
function matchedRoute(context: ParameterizedContext): string | undefined {
  const matched: unknown = context._matchedRoute;
  if (matched instanceof RegExp) {
    return matched.source;
  }
  return typeof matched === 'string' ? matched : undefined;
}
