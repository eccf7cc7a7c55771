import type { Request, RequestHandler } from 'express';
import { UNMATCHED_ROUTE } from '../floor/conventions.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { trackRequest } from './trackRequest.js';

/** Options of {@link flaglensExpress}. */
export interface MiddlewareOptions {
  requests: RequestMetrics;
  /**
   * The route's pattern, asked for at the request's end. Give it if routers are mounted on paths with parameters:
   * Express tells only what such a path matched, with the values in it.
   */
  route?: (request: Request) => string | undefined;
  /** Requests that are left out, such as scrapes and health checks. */
  ignore?: (request: Request) => boolean;
}

/**
 * Express middleware that records every request and tags it with the flags that it evaluates. Use it before all others.
 */
export function flaglensExpress({ requests, route, ignore }: MiddlewareOptions): RequestHandler {
  const patterns = new WeakMap<Request, string>();
  return (request, response, next) => {
    const record = trackRequest(requests, {
      site: 'express',
      request,
      response,
      describe: () => ({
        method: request.method,
        route: (route === undefined ? patterns.get(request) : route(request)) ?? UNMATCHED_ROUTE,
      }),
      ignore: ignore === undefined ? undefined : () => ignore(request),
    });
    if (record === undefined) {
      next();
      return;
    }
    if (route === undefined) {
      requests.guarded('express', () => followRoute(request, patterns));
    }
    requests.run(record, () => next());
  };
}

/**
 * Follows `request.route` as the router sets it. Read at the request's end it would lack the prefix of nested
 * routers wherever a handler failed, because Express has left them by then.
 */
function followRoute(request: Request, patterns: WeakMap<Request, string>): void {
  let current: unknown = request.route;
  Object.defineProperty(request, 'route', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (route: unknown) => {
      current = route;
      const pattern = patternOf(request.baseUrl, route);
      if (pattern !== undefined) {
        patterns.set(request, pattern);
      }
    },
  });
}

/** The path that the router is mounted on, and the route's pattern. */
function patternOf(mountPath: string, route: unknown): string | undefined {
  if (typeof route !== 'object' || route === null || !('path' in route)) {
    return undefined;
  }
  return `${mountPath}${String(route.path)}`;
}
