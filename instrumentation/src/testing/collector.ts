/** A collector behind a real server, and what a browser sends to it. */
import { request, type OutgoingHttpHeaders, type RequestListener } from 'node:http';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { collectorHandler } from '../collector/collectorHandler.js';
import type { CollectorOptions } from '../collector/options.js';
import { createInstrumentation } from '../createInstrumentation.js';
import type { EventOptions } from '../events/options.js';
import { serve, type TestServer } from './http.js';
import { readMetrics, sum } from './readMetrics.js';

export const ON = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' };
export const ORIGIN = 'https://shop.example';
/** Events that browsers may send, and one that they may not. */
export const EVENTS: EventOptions = {
  definitions: {
    product_added: {
      browser: true,
      schema: z.object({ quantity: z.number().max(10), size: z.string().optional(), note: z.string().optional() }),
      labels: { size: ['s', 'm'] },
    },
    order_paid: { kind: 'revenue', amount: 'amount', currency: 'currency', currencies: ['EUR'] },
    offer_seen: { browser: true, sampleRate: 0.001 },
  },
};

let servers: TestServer[] = [];

/** Ends what the tests have set up. */
export async function closeCollectors(): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
}

/** A collector that listens, with what its tests read: its metrics, its warnings, what became of a batch. */
export async function setUp(options: Partial<CollectorOptions> = {}, events = EVENTS) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    flags: [{ key: 'checkout-v2', variants: ['off', 'on'] }],
    events,
    onWarning: (message) => warnings.push(message),
  });
  const handler = collectorHandler({ events: instrumentation.events, origins: [ORIGIN], ...options });
  const listen = async (listener: RequestListener) => {
    const server = await serve(listener);
    servers.push(server);
    return server.port;
  };
  const port = await listen((incoming, response) => void handler(incoming, response));
  const read = async () => {
    await instrumentation.events.flush();
    return readMetrics(registry);
  };
  const outcome = async (name: string) => sum(await read(), 'flaglens_beacons_total', { outcome: name });
  const dropped = async (reason: string) => sum(await read(), 'flaglens_events_dropped_total', { reason });
  return { ...instrumentation, registry, handler, listen, port, warnings, read, outcome, dropped };
}

export interface Sent {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** Sends a body as a browser of the allowed origin does. A header that is undefined is left out. */
export function post(port: number, { method = 'POST', headers = {}, body = '' }: Sent = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        headers: definedOnly({ origin: ORIGIN, 'content-type': 'text/plain', ...headers }),
        agent: false,
      },
      (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      }
    );
    outgoing.on('error', reject).end(body);
  });
}

function definedOnly(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

let ids = 0;
export const SESSION = 's'.repeat(20);

/** A batch of the wire's format, with an id of its own. */
export function batch(events: unknown[], overrides: Record<string, unknown> = {}): string {
  ids++;
  return JSON.stringify({
    v: 1,
    sent: 1000,
    id: `batch-${String(ids).padStart(12, '0')}`,
    session: SESSION,
    events,
    ...overrides,
  });
}

/** An event of the batch that is taken. */
export const added = (overrides: Record<string, unknown> = {}) => ({
  n: 'product_added',
  t: 900,
  f: { 'checkout-v2': 'on' },
  p: { quantity: 1, size: 'm' },
  ...overrides,
});
