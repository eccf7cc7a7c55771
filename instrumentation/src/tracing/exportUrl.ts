/** Where OTLP takes traces below an endpoint (OTLP specification, OTLP/HTTP request). */
const TRACES = '/v1/traces';

/** The address that traces are posted to; an endpoint with a path of its own is taken as it is. Throws if it is none. */
export function exportUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`the endpoint must be an http or https address, not ${url.protocol}`);
  }
  if (url.pathname === '/' || url.pathname === '') {
    url.pathname = TRACES;
  }
  return url;
}
