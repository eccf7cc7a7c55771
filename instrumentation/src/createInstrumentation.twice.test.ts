import { OpenFeature, type Client } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { createInstrumentation } from './createInstrumentation.js';
import { METRICS } from './floor/conventions.js';
import { flaglensExpress } from './requests/express.js';
import { send, serve } from './testing/http.js';
import { TEST_FLAGS, testClient } from './testing/openFeature.js';
import { readMetrics, sum } from './testing/readMetrics.js';
import express from 'express';

const EVALUATIONS = [
  METRICS.evaluationRequests,
  METRICS.evaluationSuccesses,
  `${METRICS.evaluationDuration}_count`,
  `${METRICS.flagRequestDuration}_count`,
];

let registry: Registry;
let client: Client;

beforeEach(async () => {
  registry = new Registry();
  client = await testClient([]);
});

afterAll(() => OpenFeature.close());

/** What a module of the service's own does each time that it is loaded. */
const load = (openFeature: Client | undefined = client) =>
  createInstrumentation({ registry, openFeature, flags: TEST_FLAGS });

const evaluate = () => client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });

async function counts(): Promise<number[]> {
  const samples = await readMetrics(registry);
  return EVALUATIONS.map((name) => sum(samples, name, { feature_flag_key: 'checkout-v2' }));
}

describe('a module that is loaded more than once in a process', () => {
  test.each([2, 5])('%i times: 10 evaluations count as 10, whichever copy runs the work', async (times) => {
    const copies = Array.from({ length: times }, () => load());
    for (let i = 0; i < 10; i++) {
      await copies[i % times]?.run({ route: 'job' }, evaluate);
    }

    expect(await counts()).toEqual([10, 10, 10, 10]);
    expect(client.getHooks()).toHaveLength(2);
  });

  test('also where it adds the hooks by hand', async () => {
    const copies = [1, 2].map(() => createInstrumentation({ registry, flags: TEST_FLAGS }));
    for (const { hooks } of copies) {
      client.addHooks(...hooks);
    }
    for (const { run } of copies) {
      await run({ route: 'job' }, evaluate);
    }
    await client.getBooleanValue('missing', false);

    expect(await counts()).toEqual([2, 2, 2, 2]);
    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.evaluationErrors, { exception: 'FLAG_NOT_FOUND' })).toBe(1);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
  });

  test('the hooks come back where the host was rid of them', async () => {
    load();
    client.clearHooks();
    await load().run({ route: 'job' }, evaluate);

    expect(await counts()).toEqual([1, 1, 1, 1]);
  });

  test('a registry that was cleared in between, as tests do, counts what comes anew', async () => {
    for (let i = 0; i < 3; i++) {
      const { run } = load();
      await run({ route: 'job' }, evaluate);
      await run({ route: 'job' }, evaluate);
      expect(await counts()).toEqual([2, 2, 2, 2]);
      registry.clear();
    }
  });

  test('each registry has hooks of its own', async () => {
    const first = load();
    const other = new Registry();
    createInstrumentation({ registry: other, openFeature: client });
    await first.run({ route: 'job' }, evaluate);

    expect(await counts()).toEqual([1, 1, 1, 1]);
    expect(sum(await readMetrics(other), METRICS.evaluationSuccesses)).toBe(1);
  });

  test('work belongs to the copy that runs it: its own limits hold, and what it collects', async () => {
    load();
    const second = createInstrumentation({ registry, openFeature: client, collection: { only: ['search-ranking'] } });
    await second.run({ route: 'job' }, evaluate);

    expect(await counts()).toEqual([1, 1, 1, 0]);
  });

  test("a metric that one copy splits knows the other's work", async () => {
    const [first, second] = [load(), load()];
    const { Counter } = await import('prom-client');
    const rows = second.split(new Counter({ name: 'rows_total', help: 'Rows', registers: [registry] }));
    await first.run({ route: 'job' }, async () => {
      await evaluate();
      rows.inc({}, 3);
    });

    expect(sum(await readMetrics(registry), 'feature_flag_rows_total', { feature_flag_variant: 'on' })).toBe(3);
  });

  test('a request that the middleware of both sees counts once', async () => {
    const app = express();
    app.use(flaglensExpress(load()));
    app.use(flaglensExpress(load()));
    app.get('/items/:id', async (_request, response) => {
      response.send(await evaluate());
    });
    const server = await serve(app);
    await send(server.port, { path: '/items/1' });
    await server.close();

    expect(await counts()).toEqual([1, 1, 1, 1]);
    expect(sum(await readMetrics(registry), `${METRICS.requestDuration}_count`)).toBe(1);
  });
});
