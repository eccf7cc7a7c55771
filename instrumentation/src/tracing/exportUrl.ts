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

/**
 * What OTEL_EXPORTER_OTLP_ENDPOINT says, undefined if it is unset or empty. It is the address of all signals, so that the
 * path of traces goes behind its own (OpenTelemetry Protocol Exporter, Endpoint URLs for OTLP/HTTP).
 */
export function environmentEndpoint(): string | undefined {
  const base = process.env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '') ?? '';
  if (base === '') {
    return undefined;
  }
  return base.endsWith(TRACES) ? base : base + TRACES;
}
