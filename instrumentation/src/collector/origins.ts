import type { IncomingMessage } from 'node:http';

/** Which pages may send: those of the service's own host, those listed as `https://shop.example`, or all. */
export type Origins = 'same-origin' | '*' | readonly string[];

/**
 * The origin that the answer may name, if the request's is one that may send; undefined if it is not. Browsers give every
 * `POST` its origin, so a request without one comes from no page, and is taken where all may send.
 */
export function allowedOrigin(request: IncomingMessage, origins: Origins): string | undefined {
  // HTTP/2 names the host in a field of its own.
  const { origin, ':authority': authority, host = authority } = request.headers;
  if (origins === '*') {
    return '*';
  }
  if (origin === undefined) {
    return undefined;
  }
  const allowed =
    origins === 'same-origin'
      ? typeof host === 'string' && hostOf(origin) === host.toLowerCase()
      : origins.includes(origin);
  return allowed ? origin : undefined;
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
