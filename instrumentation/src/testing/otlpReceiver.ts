import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './http.js';

/** A span as OTLP in JSON has it, as far as the tests look. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Record<string, unknown>;
  events: Array<{ name: string; attributes: Record<string, unknown> }>;
}

/** What stands for Jaeger or Tempo: a server that takes OTLP over HTTP and keeps the spans. */
export interface OtlpReceiver {
  port: number;
  endpoint: string;
  spans: ReceivedSpan[];
  /** Attributes of the services that sent them. */
  resources: Array<Record<string, unknown>>;
  /** Paths and headers of the exports. */
  requests: Array<{ path?: string; headers: IncomingMessage['headers'] }>;
  close(): Promise<void>;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
type RawSpan = Omit<ReceivedSpan, 'attributes' | 'events'> & {
  attributes?: Attribute[];
  events?: Array<{ name: string; attributes?: Attribute[] }>;
};
interface Body {
  resourceSpans: Array<{ resource: { attributes: Attribute[] }; scopeSpans: Array<{ spans: RawSpan[] }> }>;
}

/** Starts the server. `answer` may keep an export waiting or refuse it; by default all is taken at once. */
export async function receiveOtlp(
  answer: (response: ServerResponse) => void = (response) => response.end('{}')
): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const resources: OtlpReceiver['resources'] = [];
  const requests: OtlpReceiver['requests'] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
    }
    requests.push({ path: request.url, headers: request.headers });
    for (const { resource, scopeSpans } of (JSON.parse(body) as Body).resourceSpans) {
      resources.push(valuesOf(resource.attributes));
      spans.push(...scopeSpans.flatMap((scope) => scope.spans).map(received));
    }
    response.setHeader('content-type', 'application/json');
    answer(response);
  };
  const server = await serve((request, response) => void take(request, response));
  return { ...server, endpoint: `http://127.0.0.1:${String(server.port)}`, spans, resources, requests };
}

function received(span: RawSpan): ReceivedSpan {
  const events = (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: valuesOf(attributes) }));
  return { ...span, attributes: valuesOf(span.attributes), events };
}

/** OTLP wraps each value by its type: `{ stringValue: 'on' }`. */
function valuesOf(attributes: readonly Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
