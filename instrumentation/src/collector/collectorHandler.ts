import type { IncomingMessage, ServerResponse } from 'node:http';
import { Collector } from './Collector.js';
import type { CollectorOptions } from './options.js';

/**
 * A `node:http` listener for the batches that browsers send, at a path of the application's choice. Express takes it as
 * it is; Koa and Fastify give it their raw request and response. It answers 204 to what it takes, and never throws.
 */
export function collectorHandler(
  options: CollectorOptions
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const collector = new Collector(options);
  return async (request, response) => {
    const { host } = options.events.shared;
    // A client that goes away while it is answered is nobody's failure.
    response.on('error', () => undefined);
    const answer = await collector.take(request);
    host.run('collector.answer', () => {
      if (response.headersSent || response.destroyed) {
        return;
      }
      const headers = answer.close ? { ...answer.headers, connection: 'close' } : answer.headers;
      response.writeHead(answer.status, headers).end();
    });
  };
}
