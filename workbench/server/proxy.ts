import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** Headers that concern one connection and are not passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'host',
  'cookie',
]);

/**
 * Passes a request on as it came, path and body untouched, and streams the answer back. If the caller goes away, so does
 * the request.
 *
 * Not by @fastify/http-proxy (11.6): it answers 400 to paths with `..`, which are the backend's to refuse, and lets a query
 * run on whose caller is gone before its answer has begun.
 */
export function proxy(base: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const target = new URL(base);
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name)));
  const upstream = httpRequest(
    { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers },
    (answer) => {
      const passed = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(passed));
      answer.pipe(outgoing);
      answer.once('error', () => outgoing.destroy());
    }
  );
  upstream.once('error', (error) => {
    if (outgoing.headersSent || outgoing.destroyed) {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(502, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ message: `The bridge to the plugin's backend does not answer: ${error.message}` }));
  });
  outgoing.once('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
