import Router from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import {
  IncomingMessage,
  request,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
} from 'node:http';
import { connect, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createInstrumentation } from '../createInstrumentation';
import type { EventOptions } from '../events/options';
import { eventually, serve, type TestServer } from '../testing/http';
import { matching, readMetrics, sum } from '../testing/readMetrics';
import { collectorHandler } from './collectorHandler';
import type { CollectorOptions } from './options';
import { allowedOrigin, type Origins } from './origins';

const ON = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' };
const ORIGIN = 'https://shop.example';
const EVENTS: EventOptions = {
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
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function setUp(options: Partial<CollectorOptions> = {}, events = EVENTS) {
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

interface Sent {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

function post(port: number, { method = 'POST', headers = {}, body = '' }: Sent = {}) {
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

interface Parts {
  handler: ReturnType<typeof collectorHandler>;
}

function definedOnly(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

let ids = 0;
const SESSION = 's'.repeat(20);

function batch(events: unknown[], overrides: Record<string, unknown> = {}): string {
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

const added = (overrides: Record<string, unknown> = {}) => ({
  n: 'product_added',
  t: 900,
  f: { 'checkout-v2': 'on' },
  p: { quantity: 1, size: 'm' },
  ...overrides,
});

describe('what it takes', () => {
  it('counts the events of a batch under the registered flags', async () => {
    const { port, read } = await setUp();
    const events = [
      added(),
      added({ f: { 'checkout-v2': 'hacked', unknown: 'on' } }),
      { n: 'web_vital_measured', t: 1, f: { 'checkout-v2': 'on' }, p: { name: 'LCP', value: 2.5 } },
      { n: 'web_vital_measured', t: 1, f: { 'checkout-v2': 'on' }, p: { name: 'CLS', value: 0.2 } },
      { n: 'page_timing_measured', t: 1, f: {}, p: { name: 'load', value: 1.2 } },
      { n: 'feature_exposed', t: 1, f: { 'checkout-v2': 'on' } },
      { n: 'feature_exposed', t: 1, f: { 'checkout-v2': 'on' } },
    ];
    const answer = await post(port, { body: batch(events, { dropped: 3 }) });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    const samples = await read();
    expect(sum(samples, 'event_product_added_total', { size: 'm' })).toBe(2);
    expect(sum(samples, 'feature_flag_event_total', { event: 'product_added', ...ON })).toBe(1);
    expect(sum(samples, 'feature_flag_web_vital_seconds_bucket', { vital: 'LCP', le: '2.5', ...ON })).toBe(1);
    expect(sum(samples, 'feature_flag_web_vital_seconds_bucket', { vital: 'LCP', le: '1.8', ...ON })).toBe(0);
    expect(sum(samples, 'feature_flag_web_vital_layout_shift_score_sum', ON)).toBeCloseTo(0.2);
    expect(sum(samples, 'page_timing_seconds_count', { timing: 'load' })).toBe(1);
    expect(sum(samples, 'feature_flag_exposure_total', ON)).toBe(1);
    expect(sum(samples, 'flaglens_events_dropped_total', { reason: 'in_browser' })).toBe(3);
    expect(new Set(samples.map(({ labels }) => labels.feature_flag_variant))).toEqual(
      new Set([undefined, 'on', 'off'])
    );
    // Zero from the start, for each flag and variant.
    expect(matching(samples, 'feature_flag_web_vital_seconds_count')).toHaveLength(2 * 4);
  });

  it('takes a batch once, and gzip, and JSON with its charset', async () => {
    const { port, read, outcome } = await setUp();
    const body = batch([added()]);
    expect((await post(port, { body })).status).toBe(204);
    expect((await post(port, { body })).status).toBe(204);
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' };
    expect((await post(port, { body: gzipSync(batch([added()])), headers })).status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(2);
    expect([await outcome('taken'), await outcome('duplicate')]).toEqual([2, 1]);
  });

  it('counts what the browser sampled at its rate, and draws nothing again', async () => {
    const { port, read } = await setUp();
    await post(port, { body: batch([added({ r: 0.25 }), { n: 'offer_seen', t: 1, r: 0.01 }]) });
    expect(sum(await read(), 'feature_flag_event_total', { event: 'product_added', ...ON })).toBe(4);
    expect(sum(await read(), 'event_total', { event: 'offer_seen' })).toBe(100);
  });

  it('takes the user of the request, and no clock but the distance of two readings', async () => {
    const { port, read, dropped } = await setUp({ user: ({ headers }) => String(headers['x-user']) });
    const exposed = { n: 'feature_exposed', t: 0, f: { 'checkout-v2': 'on' } };
    for (const session of ['a', 'b']) {
      // The first clock is far in the past, the other in the future, and its events later than their batch.
      const clock = session === 'a' ? 5 : 4e12;
      await post(port, {
        body: batch([{ ...exposed, t: clock + 1e6 }], { session: session.repeat(20), sent: clock }),
        headers: { 'x-user': 'one' },
      });
    }
    await post(port, { body: batch([{ ...exposed, t: 0 }], { sent: 86_400_001 }), headers: { 'x-user': 'two' } });
    expect(sum(await read(), 'feature_flag_exposure_total', ON)).toBe(1);
    expect(await dropped('too_old')).toBe(1);
  });

  it('never takes the session of a browser for a user, nor what is no identifier', async () => {
    const user = '6d1f0a52-7c35-4f0a-9b6e-2f1c8e4d7a90';
    let answered: unknown;
    const { port, events, read } = await setUp(
      { user: () => answered as string },
      { definitions: { order_completed: { kind: 'conversion' } } }
    );
    const exposed = { n: 'feature_exposed', t: 0, f: { 'checkout-v2': 'on' } };
    // A hostile client that knows a user's id shall not decide which variant the user's conversions count for.
    await post(port, { body: batch([exposed], { session: user }) });
    events.track('order_completed', {}, { user, flags: { 'checkout-v2': 'off' } });
    expect(sum(await read(), 'feature_flag_conversion_total', ON)).toBe(0);
    for (const [index, none] of ['', null, NaN, {}, Object.create(null) as unknown].entries()) {
      answered = none;
      const answer = await post(port, { body: batch([exposed], { session: String(index).repeat(20) }) });
      expect(answer.status).toBe(204);
    }
    expect(sum(await read(), 'feature_flag_exposure_total', ON)).toBe(6);
  });

  it('counts once under a flag, however long its key and variant', async () => {
    const [key, variant] = ['k'.repeat(64), 'v'.repeat(64)];
    const { port, read, registerFlags } = await setUp();
    registerFlags([{ key: `${key}-1`, variants: [`${variant}-1`] }]);
    await post(port, { body: batch([added({ f: { [`${key}-1`]: `${variant}-1`, [`${key}-2`]: `${variant}-1` } })]) });
    expect(sum(await read(), 'feature_flag_event_total', { feature_flag_key: key })).toBe(1);
  });

  it.each([
    ['express', ({ handler }: Parts): RequestListener => express().post('/beacons', handler)],
    [
      'express behind body parsers',
      ({ handler }) => express().use(express.text(), express.json()).post('/beacons', handler),
    ],
    [
      'koa',
      ({ handler }) => {
        const router = new Router();
        router.post('/beacons', async (context) => {
          context.respond = false;
          await handler(context.req, context.res);
        });
        const listener = new Koa().use(router.routes()).callback();
        return (incoming, response) => void listener(incoming, response);
      },
    ],
  ] as Array<[string, (parts: Parts) => RequestListener]>)('works in %s', async (_name, app) => {
    const { handler, listen, read } = await setUp();
    const port = await listen(app({ handler }));
    for (const type of ['text/plain', 'application/json']) {
      const answer = await new Promise<number>((resolve, reject) => {
        const headers = { origin: ORIGIN, 'content-type': type };
        request({ host: '127.0.0.1', port, path: '/beacons', method: 'POST', headers, agent: false }, (response) =>
          resolve(response.resume().statusCode ?? 0)
        )
          .on('error', reject)
          .end(batch([added()]));
      });
      expect(answer).toBe(204);
    }
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(2);
  });

  it('works in fastify, which is told to leave the body alone', async () => {
    const { handler, read } = await setUp();
    const app = fastify();
    await app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      scope.post('/beacons', async (incoming, reply) => {
        reply.hijack();
        await handler(incoming.raw, reply.raw);
      });
      done();
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${String(port)}/beacons`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'text/plain' },
      body: batch([added()]),
    });
    expect(answer.status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(1);
    await app.close();
  });
});

describe('what it refuses', () => {
  const frame = { v: 1, sent: 1, id: 'x'.repeat(16), session: SESSION, events: [] };

  it.each([
    ['empty', ''],
    ['no JSON', '{"v":1,'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another version', JSON.stringify({ ...frame, v: 2 })],
    ['no id', JSON.stringify({ ...frame, id: undefined })],
    ['an id that is an address', JSON.stringify({ ...frame, id: 'someone@example.org' })],
    ['a session that is a name', JSON.stringify({ ...frame, session: 'Ada Lovelace, London' })],
    ['no time', JSON.stringify({ ...frame, sent: null })],
    ['a negative count', JSON.stringify({ ...frame, dropped: -1 })],
    ['events that are none', JSON.stringify({ ...frame, events: {} })],
    ['too many events', JSON.stringify({ ...frame, events: Array.from({ length: 201 }, () => 1) })],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe])],
    ['deep nesting', '['.repeat(60_000)],
  ])('a malformed body: %s', async (_name, body) => {
    const { port, outcome } = await setUp();
    expect((await post(port, { body })).status).toBe(400);
    expect(await outcome('malformed')).toBe(1);
  });

  it.each([
    ['GET', { method: 'GET' }, 405, 'method'],
    ['PUT', { method: 'PUT' }, 405, 'method'],
    ['another origin', { headers: { origin: 'https://evil.example' } }, 403, 'origin'],
    ['an origin that is none', { headers: { origin: 'null' } }, 403, 'origin'],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'content_type'],
    ['no type', { headers: { 'content-type': '' } }, 415, 'content_type'],
    ['brotli', { headers: { 'content-encoding': 'br' } }, 415, 'content_type'],
    ['gzip that is none', { headers: { 'content-encoding': 'gzip' }, body: '{}' }, 400, 'malformed'],
    [
      'half of a gzip',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(999)).subarray(0, 12) },
      400,
      'malformed',
    ],
    [
      'a gzip bomb',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) },
      413,
      'too_large',
    ],
    ['a body too large', { body: 'x'.repeat(65_537) }, 413, 'too_large'],
  ] as Array<[string, Sent, number, string]>)('%s', async (_name, sent, status, name) => {
    const { port, outcome } = await setUp();
    expect((await post(port, sent)).status).toBe(status);
    expect(await outcome(name)).toBe(1);
  });

  it('a body of unknown length, as soon as it is too long', async () => {
    const { port, outcome } = await setUp();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\norigin: ${ORIGIN}\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n`
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    let sent = 0;
    const timer = setInterval(() => {
      sent += 10_000;
      socket.write(`${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`);
    }, 5);
    await closed;
    clearInterval(timer);
    expect(answer).toContain('413');
    expect(sent).toBeLessThan(1_000_000);
    expect(await outcome('too_large')).toBe(1);
  });

  it('a body that does not come, and one that breaks off', async () => {
    const { port, outcome } = await setUp({ bodyTimeout: 50 });
    const head = `POST / HTTP/1.1\r\nhost: x\r\norigin: ${ORIGIN}\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n`;
    const slow = connect(port, '127.0.0.1').on('error', () => undefined);
    slow.write(`${head}{`);
    await eventually(async () => (await outcome('timeout')) === 1);
    slow.destroy();
    const broken = connect(port, '127.0.0.1').on('error', () => undefined);
    broken.write(`${head}{`, () => setTimeout(() => broken.destroy(), 10));
    await eventually(async () => (await outcome('aborted')) === 1);
  });

  it.each([
    ['malformed', 7],
    ['malformed', { n: 'product_added' }],
    ['malformed', added({ r: 1e-9 })],
    ['malformed', added({ r: 2 })],
    ['malformed', added({ p: { quantity: { deep: 1 } } })],
    ['malformed', added({ p: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${String(index)}`, 1])) })],
    ['malformed', added({ p: { quantity: 'x'.repeat(300) } })],
    ['malformed', added({ f: { 'checkout-v2': 1 } })],
    ['malformed', added({ f: ['checkout-v2'] })],
    ['invalid_name', added({ n: 'Added' })],
    ['unknown_event', added({ n: 'cart_exploded' })],
    ['unknown_event', added({ n: 'constructor_prototype' })],
    ['not_for_browsers', added({ n: 'order_paid', p: { amount: 1e9, currency: 'EUR' } })],
    ['invalid_properties', added({ p: { quantity: 11 } })],
    ['invalid_properties', { n: 'web_vital_measured', t: 1, p: { name: 'LCP', value: -1 } }],
    ['invalid_properties', { n: 'web_vital_measured', t: 1, p: { name: 'XYZ', value: 1 } }],
    ['invalid_properties', { n: 'page_timing_measured', t: 1, p: { name: 'load', value: 1e9 } }],
    ['personal_data', added({ p: { quantity: 1, note: 'someone@example.org' } })],
  ])('an event alone, as %s: %j', async (reason, event) => {
    const { port, read, dropped } = await setUp();
    expect((await post(port, { body: batch([event, added()]) })).status).toBe(204);
    expect(await dropped(reason)).toBe(1);
    expect(sum(await read(), 'event_total')).toBe(1);
  });

  it('a flood: of one client, then of all, and says when to come again', async () => {
    let now = 0;
    const { port, outcome } = await setUp({
      client: ({ headers }) => String(headers['x-client']),
      perClient: { perSecond: 1, burst: 5 },
      overall: { perSecond: 2, burst: 8 },
      now: () => now,
    });
    const send = (client: string, events: number) =>
      post(port, { body: batch(Array.from({ length: events }, () => added())), headers: { 'x-client': client } });
    expect((await send('a', 5)).status).toBe(204);
    const refused = await send('a', 1);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await send('b', 3)).status).toBe(204);
    expect((await send('c', 1)).status).toBe(429);
    now = 1000;
    expect((await send('a', 1)).status).toBe(204);
    expect((await send('b', 7)).status).toBe(413);
    expect(await outcome('rate_limited')).toBe(2);
  });

  it('what the queue has no room for, and takes it later', async () => {
    const { port, events, read } = await setUp({}, { ...EVENTS, queueSize: 3, interval: 60_000 });
    expect((await post(port, { body: batch([added(), added()]) })).status).toBe(204);
    const body = batch([added(), added()]);
    const busy = await post(port, { body });
    expect([busy.status, busy.headers['retry-after']]).toEqual([503, '5']);
    await events.flush();
    expect((await post(port, { body })).status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(4);
  });

  it('no series, whatever a hostile client names: 10,000 flags', async () => {
    const { port, read } = await setUp({
      perClient: { perSecond: 1e6, burst: 1e6 },
      overall: { perSecond: 1e6, burst: 1e6 },
    });
    const before = (await read()).length;
    for (let from = 0; from < 10_000; from += 2000) {
      const events = Array.from({ length: 40 }, (_, event) =>
        added({
          f: Object.fromEntries(
            Array.from({ length: 50 }, (_, flag) => [`flag-${String(from + event * 50 + flag)}`, 'on'])
          ),
        })
      );
      expect((await post(port, { body: batch(events) })).status).toBe(204);
    }
    const samples = await read();
    expect(samples).toHaveLength(before);
    expect(sum(samples, 'event_total', { event: 'product_added' })).toBe(200);
  });
});

it('says clearly that a parser before it has taken the body, and lets the batch come again', async () => {
  const { handler, outcome, warnings } = await setUp();
  const app = fastify();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/beacons', async (incoming, reply) => {
    reply.hijack();
    await handler(incoming.raw, reply.raw);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  for (const type of ['text/plain', 'application/json']) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/beacons`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': type },
      body: batch([added()]),
    });
    expect(answer.status).toBe(503);
  }
  expect(await outcome('failed')).toBe(2);
  expect(warnings.filter((warning) => warning.includes('body parser'))).toHaveLength(1);
  await app.close();
});

describe('origins', () => {
  const asked = (headers: IncomingHttpHeaders) => Object.assign(new IncomingMessage(new Socket()), { headers });

  it('compares with the host of HTTP/2, and admits nobody where no host is named', () => {
    const origin = 'https://shop.example';
    expect(allowedOrigin(asked({ origin, ':authority': 'shop.example' }), 'same-origin')).toBe(origin);
    expect(allowedOrigin(asked({ origin, ':authority': 'other.example' }), 'same-origin')).toBeUndefined();
    expect(allowedOrigin(asked({ origin: 'null' }), 'same-origin')).toBeUndefined();
    expect(allowedOrigin(asked({ origin: 'nonsense' }), 'same-origin')).toBeUndefined();
  });

  it('answers a preflight', async () => {
    const { port } = await setUp();
    const answer = await post(port, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type, Content-Encoding',
    });
    expect((await post(port, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  it.each([
    ['same-origin', 'http://shop.example:8080', 204],
    ['same-origin', 'http://shop.example', 403],
    ['same-origin', undefined, 403],
    ['*', 'https://anywhere.example', 204],
    ['*', undefined, 204],
  ] as const)('%s: %s', async (origins, origin, status) => {
    const { port } = await setUp({ origins });
    const headers: OutgoingHttpHeaders = { host: 'shop.example:8080', origin };
    expect((await post(port, { body: batch([added()]), headers })).status).toBe(status);
  });
});

it('survives callbacks of the application that throw', async () => {
  const fail = () => {
    throw new Error('someone@example.org');
  };
  const first = await setUp({ user: fail });
  expect((await post(first.port, { body: batch([added()]) })).status).toBe(204);
  const second = await setUp({ client: fail });
  expect((await post(second.port, { body: batch([added()]) })).status).toBe(503);
  const third = await setUp({ origins: new Set([ORIGIN]) as unknown as Origins });
  expect((await post(third.port, { body: batch([added()]) })).status).toBe(503);
  expect([...first.warnings, ...second.warnings].join()).not.toContain('example.org');
});
