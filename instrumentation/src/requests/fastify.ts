import type { FastifyPluginCallback, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import { MetricsEndpoint, type EndpointOptions, type MetricsSource } from '../endpoint/MetricsEndpoint.js';
import type { RequestMetrics } from './RequestMetrics.js';
import { trackRequest } from './trackRequest.js';

/** What a route says of itself, under `config.flaglens`; false leaves its requests out. */
export type RouteConfig = false | { flags?: readonly string[]; statuses?: readonly number[] };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How Flaglens records this route: the flags and statuses that start at zero, or false to leave it out. */
    flaglens?: RouteConfig;
  }
}

/** Options of the plugin. */
export interface PluginOptions {
  requests: RequestMetrics;
  /** The route's pattern for requests of which Fastify's router knows none, asked for at the request's end. */
  route?: (request: FastifyRequest) => string | undefined;
  /** The operation of a request to an endpoint that has many, such as GraphQL; see the middleware of Express. */
  operation?: (request: FastifyRequest) => string | undefined;
  /** The status that a complete answer counts as, where it is not the answer's own. */
  status?: (request: FastifyRequest, reply: FastifyReply) => number | undefined;
  /** Requests that are left out; a route is left out by its `config: { flaglens: false }`. */
  ignore?: (request: FastifyRequest) => boolean;
}

/**
 * Fastify plugin that records every request and tags it with the flags that it evaluates. Register it before the
 * routes: each of them then starts at zero.
 */
export const flaglensFastify: FastifyPluginCallback<PluginOptions> = (app, options, done) => {
  const { requests, route, operation, status, ignore } = options;
  app.addHook('onRoute', (added) => {
    requests.guarded('fastify.onRoute', () => registerRoute(requests, added));
  });

  app.addHook('onRequest', (request, reply, next) => {
    const record = trackRequest(requests, {
      site: 'fastify',
      request: request.raw,
      response: reply.raw,
      method: () => request.method,
      pattern: () => request.routeOptions.url,
      route: route && (() => route(request)),
      operation: operation && (() => operation(request)),
      status: status && (() => status(request, reply)),
      ignore: () => request.routeOptions.config.flaglens === false || ignore?.(request) === true,
    });
    if (record === undefined) {
      next();
    } else {
      requests.run(record, next);
    }
  });

  done();
};

// Fastify's own mark for plugins whose hooks are to hold outside of them, too.
Object.assign(flaglensFastify, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@flaglens/instrumentation',
});

/** The `/metrics` handler for Fastify: `app.get('/metrics', { config: { flaglens: false } }, fastifyMetrics(registry))`. */
export function fastifyMetrics(source: MetricsSource, options?: EndpointOptions): RouteHandlerMethod {
  const endpoint = new MetricsEndpoint(source, options);
  return async (request, reply) => {
    const { status, headers, body } = await endpoint.answer({
      method: request.method,
      accept: request.headers.accept,
      acceptEncoding: asText(request.headers['accept-encoding']),
    });
    return reply.code(status).headers(headers).send(body);
  };
}

function asText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

function registerRoute(requests: RequestMetrics, route: RouteOptions & { routePath: string }): void {
  const config = route.config?.flaglens;
  if (config === false) {
    return;
  }
  // Fastify adds HEAD to every GET; hardly anyone sends it, and each series costs memory.
  const methods = [route.method].flat().filter((method) => method !== 'HEAD' && method !== 'OPTIONS');
  requests.registerRoutes(methods.map((method) => ({ method, route: route.url, ...config })));
}
