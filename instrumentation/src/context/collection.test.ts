import { OpenFeature, type Client } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import { instrumentHandler } from '../requests/instrumentHandler.js';
import { flood, pause, serve } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import type { CollectionMode } from './options.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

let registry: Registry;
let instrumentation: Instrumentation;
let client: Client;

async function setup(collection?: CollectionMode): Promise<void> {
  registry = new Registry();
  instrumentation = createInstrumentation({
    registry,
    flags: TEST_FLAGS,
    routes: [{ method: 'RUN', route: 'job', statuses: [200] }],
    providerName: 'in-memory',
    collection,
  });
  client = await testClient(instrumentation.hooks);
}

afterAll(() => OpenFeature.close());

/** A unit of work that evaluates both flags. */
function unit(): Promise<unknown> {
  return instrumentation.run({ route: 'job' }, async () => {
    await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
    await client.getStringValue('search-ranking', 'control');
  });
}

/** Every split series, as `flag variant count`. */
async function split(): Promise<string[]> {
  return matching(await readMetrics(registry), TAGGED)
    .map(({ labels, value }) => [labels.feature_flag_key, labels.feature_flag_variant, String(value)].join(' '))
    .sort();
}

const ALL = ['checkout-v2 off 0', 'checkout-v2 on 1', 'search-ranking control 0', 'search-ranking new-ranking 1'];
const CHECKOUT = ALL.slice(0, 2);

test.each<[string, CollectionMode | undefined, string[]]>([
  ['nothing said', undefined, ALL],
  ['all', 'all', ALL],
  ['only one', { only: ['checkout-v2'] }, CHECKOUT],
  ['only an unknown one', { only: ['nothing'] }, []],
  ['those being watched, of which there are none', 'watched', []],
])('%s: the others have no series at all, and every request counts untagged', async (_name, collection, expected) => {
  await setup(collection);
  await unit();

  expect(await split()).toEqual(expected);
  const samples = await readMetrics(registry);
  expect(sum(samples, UNTAGGED)).toBe(1);
  expect(sum(samples, METRICS.evaluationRequests)).toBe(2);
});

describe('watching', () => {
  beforeEach(() => setup('watched'));

  test('starts the series of the flag at zero, and counts until its end', async () => {
    const unwatch = instrumentation.watch('checkout-v2');
    expect(await split()).toEqual(['checkout-v2 off 0', 'checkout-v2 on 0']);
    await unit();
    unwatch();
    await unit();
    expect(await split()).toEqual(CHECKOUT);
  });

  test('lasts as long as anybody watches; an end counts once', async () => {
    const first = instrumentation.watch('checkout-v2');
    const second = instrumentation.watch('checkout-v2');
    first();
    first();
    await unit();
    second();
    await unit();
    expect(await split()).toEqual(CHECKOUT);
  });

  test('ends by itself when its time is over, and can be begun anew', async () => {
    instrumentation.watch('checkout-v2', { ttl: 0.02 });
    await unit();
    await pause(60);
    await unit();
    expect(await split()).toEqual(CHECKOUT);

    const unwatch = instrumentation.watch('checkout-v2', { ttl: Infinity });
    await pause(30);
    await unit();
    unwatch();
    expect(await split()).toEqual(['checkout-v2 off 0', 'checkout-v2 on 2']);
  });

  test('a flag that was not registered', async () => {
    const unwatch = instrumentation.watch('late');
    await instrumentation.run({ route: 'job' }, () => client.getBooleanValue('late', false));
    unwatch();
    expect(await split()).toEqual(['late evaluation_error 1']);
  });

  test('is added to a list of flags', async () => {
    await setup({ only: ['search-ranking'] });
    const unwatch = instrumentation.watch('checkout-v2');
    await unit();
    unwatch();
    await unit();
    expect(await split()).toEqual([...CHECKOUT, 'search-ranking control 0', 'search-ranking new-ranking 2']);
  });
});

test('under load, requests are split exactly while the flag is watched', async () => {
  await setup('watched');
  const total = 1000;
  let watching = false;
  let collected = 0;
  let unwatch: () => void = () => undefined;
  const switching = setInterval(() => {
    watching = !watching;
    if (watching) {
      unwatch = instrumentation.watch('checkout-v2');
    } else {
      unwatch();
    }
  }, 9);
  // It ends synchronously with what it has evaluated, so that the test knows which evaluations were collected.
  const counting = {
    finally: () => {
      collected += watching ? 1 : 0;
    },
  };
  const server = await serve(
    instrumentHandler(
      async (_request, response) => {
        await pause(Math.random() * 4);
        await client.getBooleanValue('checkout-v2', false, { targetingKey: '2', hooks: [] }, { hooks: [counting] });
        await pause(Math.random() * 4);
        response.end();
      },
      { requests: instrumentation.requests, route: () => '/' }
    )
  );

  await flood(server.port, total, 100, () => ({ path: '/' }));
  clearInterval(switching);
  unwatch();
  await pause(20);
  await server.close();

  const samples = await readMetrics(registry);
  expect(sum(samples, UNTAGGED)).toBe(total);
  expect(sum(samples, TAGGED, { feature_flag_key: 'checkout-v2' })).toBe(collected);
  expect(collected).toBeGreaterThan(total / 10);
  expect(collected).toBeLessThan(total * 0.9);
});
