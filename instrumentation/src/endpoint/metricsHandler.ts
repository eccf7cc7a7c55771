import type { IncomingMessage, ServerResponse } from 'node:http';
import { MetricsEndpoint, type EndpointOptions, type MetricsSource } from './MetricsEndpoint.js';

/** A listener of `node:http`, and a handler of Express. */
export type MetricsListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The `/metrics` handler for `node:http` and Express: `app.get('/metrics', metricsHandler(registry))`. See
 * {@link MetricsEndpoint} for what it answers.
 */
export function metricsHandler(source: MetricsSource, options?: EndpointOptions): MetricsListener {
  const endpoint = new MetricsEndpoint(source, options);
  return (request, response) => {
    void endpoint
      .answer({
        method: request.method,
        accept: request.headers.accept,
        acceptEncoding: textOf(request.headers['accept-encoding']),
      })
      .then(({ status, headers, body }) => {
        // The application may have answered in the meantime, by a timeout of its own.
        if (response.headersSent || response.destroyed) {
          return;
        }
        response.statusCode = status;
        for (const [name, value] of Object.entries(headers)) {
          response.setHeader(name, value);
        }
        response.end(request.method === 'HEAD' ? undefined : body);
      })
      // A response that takes no headers or body any more is of no use to the scraper either.
      .catch(() => response.destroy());
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
