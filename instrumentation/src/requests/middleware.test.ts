import { OpenFeature } from '@openfeature/server-sdk';
import express from 'express';
import fastify from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { eventually, flood, pause, send, sendSlowly, sendToLeave, serve, type TestServer } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import { SERVERS } from '../testing/servers.js';
import { flaglensExpress } from './express.js';
import { flaglensFastify } from './fastify.js';
import { instrumentHandler, type Handler } from './instrumentHandler.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

/** Lets the slow route answer. */
let releaseSlow: () => void = () => {};
let slow: Promise<void>;

beforeEach(() => {
  slow = new Promise((resolve) => (releaseSlow = resolve));
});

jest.setTimeout(30_000);

afterAll(() => OpenFeature.close());

describe.each(SERVERS)('%s', (_name, start) => {
  let registry: Registry;
  let server: TestServer;

  beforeEach(async () => {
    registry = new Registry();
    const instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS, providerName: 'in-memory' });
    const client = await testClient(instrumentation.hooks);
    server = await start({ instrumentation, client, slow: () => slow });
  });

  afterEach(() => server.close());

  const count = async (labels: Record<string, string>, name = UNTAGGED) =>
    sum(await readMetrics(registry), name, labels);

  test('600 requests, 100 at a time, add up to exactly 600, each in its own variant', async () => {
    const total = 600;
    await flood(server.port, total, 100, (index) => ({
      method: index % 3 === 0 ? 'POST' : 'GET',
      path: `/items/${String(index)}`,
      user: String(index % 8),
      body: index % 3 === 0 ? { text: 'x'.repeat(index * 10) } : undefined,
    }));
    await eventually(async () => (await count({})) === total);

    const samples = await readMetrics(registry);
    const checkout = { feature_flag_key: 'checkout-v2' };
    expect(sum(samples, UNTAGGED, { route: '/items/:id', status: '200' })).toBe(total);
    expect(sum(samples, TAGGED, checkout)).toBe(total);
    expect(sum(samples, TAGGED, { ...checkout, feature_flag_variant: 'on' })).toBe(total / 2);
    expect(sum(samples, TAGGED, { ...checkout, feature_flag_variant: 'off' })).toBe(total / 2);
    expect(sum(samples, TAGGED, { ...checkout, method: 'POST' })).toBe(total / 3);
    expect(sum(samples, TAGGED, { feature_flag_key: 'search-ranking', feature_flag_variant: 'new-ranking' })).toBe(
      total
    );
    expect(sum(samples, METRICS.evaluationRequests)).toBe(2 * total);
    expect(sum(samples, METRICS.evaluationSuccesses)).toBe(2 * total);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
    expect(sum(samples, METRICS.internalErrors)).toBe(0);
  });

  test('the host sees its own answers, bodies included', async () => {
    const body = { cart: ['a', 'ü', '😀'] };
    const answer = await send(server.port, { method: 'POST', path: '/items/7', user: '2', body });
    expect(answer).toEqual({ status: 200, text: JSON.stringify({ on: true, echo: body }) });
  });

  test('a body that arrives late leaves the request its flags', async () => {
    await sendSlowly(server.port, { path: '/items/7', user: '2', body: { late: true } });
    await eventually(async () => (await count({})) === 1);

    expect(await count({ method: 'POST', feature_flag_key: 'checkout-v2', feature_flag_variant: 'on' }, TAGGED)).toBe(
      1
    );
  });

  test('an error of the application counts once, as 500, with its flags', async () => {
    expect((await send(server.port, { path: '/throw', user: '2' })).status).toBe(500);
    await eventually(async () => (await count({})) === 1);

    expect(await count({ route: '/throw', status: '500' })).toBe(1);
    expect(await count({ status: '500', feature_flag_variant: 'on' }, TAGGED)).toBe(1);
    expect(await count({ feature_flag_key: 'checkout-v2' }, TAGGED)).toBe(1);
  });

  test('a client that leaves counts once, as 499, with the flags that it had evaluated', async () => {
    const leave = Array.from({ length: 20 }, (_, i) => sendToLeave(server.port, { path: '/slow', user: String(i) }));
    // They leave when all flags have been evaluated, in the midst of the work that follows.
    await eventually(async () => (await count({}, METRICS.evaluationSuccesses)) === 40);
    await pause(20);
    leave.forEach((now) => now());
    await eventually(async () => (await count({})) === 20);
    releaseSlow();
    await pause(50);

    expect(await count({ route: '/slow', status: '499' })).toBe(20);
    const tagged = { status: '499', feature_flag_key: 'checkout-v2' };
    expect(await count({ ...tagged, feature_flag_variant: 'on' }, TAGGED)).toBe(10);
    expect(await count(tagged, TAGGED)).toBe(20);
    expect(await count({})).toBe(20);
  });

  test('an answer that the server breaks off counts once, as 500', async () => {
    await expect(send(server.port, { path: '/torn', user: '2' })).rejects.toThrow();
    await eventually(async () => (await count({})) === 1);

    expect(await count({ route: '/torn', status: '500' })).toBe(1);
    expect(await count({ status: '500', feature_flag_variant: 'on' }, TAGGED)).toBe(1);
  });

  test('paths without a route share one series, and ignored ones have none', async () => {
    await send(server.port, { path: '/nowhere' });
    await send(server.port, { path: '/healthz' });
    await eventually(async () => (await count({})) >= 1);

    const samples = matching(await readMetrics(registry), UNTAGGED).filter((sample) => sample.value > 0);
    expect(samples).toEqual([
      { name: UNTAGGED, labels: { method: 'GET', route: 'unmatched', status: '404' }, value: 1 },
    ]);
  });
});

describe('fastify', () => {
  test('its routes start at zero for the flags and statuses that they name', async () => {
    const registry = new Registry();
    const { requests } = createInstrumentation({ registry, flags: TEST_FLAGS });
    const server = fastify();
    await server.register(flaglensFastify, { requests });
    server.get('/search', { config: { flaglens: { flags: ['search-ranking'], statuses: [200, 503] } } }, () => '');
    server.get('/healthz', { config: { flaglens: false } }, () => '');
    await server.register(
      (scope, _options, done) => {
        scope.delete('/cart', () => '');
        done();
      },
      { prefix: '/v1' }
    );
    await server.ready();

    const samples = await readMetrics(registry);
    expect(
      matching(samples, TAGGED, { route: '/search' }).map((sample) => Object.values(sample.labels).join(' '))
    ).toEqual([
      'search-ranking control GET /search 200',
      'search-ranking control GET /search 503',
      'search-ranking new-ranking GET /search 200',
      'search-ranking new-ranking GET /search 503',
    ]);
    expect(matching(samples, UNTAGGED, { method: 'DELETE', route: '/v1/cart' })).toHaveLength(2);
    expect(matching(samples, UNTAGGED, { route: '/healthz' })).toEqual([]);
    expect(matching(samples, UNTAGGED, { method: 'HEAD' })).toEqual([]);
    await server.close();
  });
});

describe('express', () => {
  test('a failing handler in a nested router keeps the prefix in its route', async () => {
    const registry = new Registry();
    const { requests } = createInstrumentation({ registry });
    const app = express();
    app.set('env', 'test');
    app.use(flaglensExpress({ requests }));
    const shop = express.Router();
    shop.get('/carts/:id', () => {
      throw new Error('thrown by the application');
    });
    app.use('/shop', shop);
    const server = await serve(app);

    await send(server.port, { path: '/shop/carts/42' });
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 1);

    expect(sum(await readMetrics(registry), UNTAGGED, { route: '/shop/carts/:id', status: '500' })).toBe(1);
    await server.close();
  });
});

describe('node:http', () => {
  test.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('thrown by the application');
      },
    ],
    ['rejects', () => Promise.reject(new Error('thrown by the application'))],
  ])('a listener that %s still does so, and counts once', async (_name, fail) => {
    const registry = new Registry();
    const { requests } = createInstrumentation({ registry });
    const passedOn: unknown[] = [];
    const listener: Handler = instrumentHandler(fail, { requests, route: () => '/' });
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      try {
        await listener(request, response);
      } catch (error) {
        passedOn.push(error);
        response.statusCode = 503;
        response.end();
      }
    };
    const server = await serve((request, response) => void answer(request, response));

    expect((await send(server.port, { path: '/' })).status).toBe(503);
    await pause(20);

    expect(passedOn).toEqual([new Error('thrown by the application')]);
    const samples = await readMetrics(registry);
    expect(sum(samples, UNTAGGED)).toBe(1);
    expect(sum(samples, UNTAGGED, { status: '500' })).toBe(1);
    await server.close();
  });

  test('a route function that throws costs the route, not the request, and the answer arrives', async () => {
    const registry = new Registry();
    const warnings: string[] = [];
    const { requests } = createInstrumentation({ registry, onWarning: (message) => warnings.push(message) });
    const server = await serve(
      instrumentHandler((_request, response) => response.end('fine'), {
        requests,
        route: () => {
          throw new Error('no such thing');
        },
      })
    );

    expect(await send(server.port, { path: '/' })).toEqual({ status: 200, text: 'fine' });
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 1);

    const samples = await readMetrics(registry);
    expect(sum(samples, UNTAGGED, { method: 'GET', route: 'unmatched', status: '200' })).toBe(1);
    expect(sum(samples, METRICS.internalErrors)).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/^flaglens: nodeHttp\.route failed: Error at /)]);
    await server.close();
  });
});
