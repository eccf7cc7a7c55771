import { OpenFeature, TypedInMemoryProvider, type Client } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import { pause } from '../testing/http.js';
import { TEST_FLAGS, testClient, testProvider } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

let registry: Registry;
let instrumentation: Instrumentation;
let client: Client;

async function setup(provider = testProvider()): Promise<void> {
  registry = new Registry();
  instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS, providerName: 'in-memory' });
  client = await testClient(instrumentation.hooks, provider);
}

beforeEach(() => setup());

afterAll(() => OpenFeature.close());

const evaluate = (user = '2') => client.getBooleanValue('checkout-v2', false, { targetingKey: user });

/** The series that have counted anything, as `method route status count`. */
async function recorded(name = UNTAGGED): Promise<string[]> {
  return matching(await readMetrics(registry), name)
    .filter(({ value }) => value > 0)
    .map(({ labels, value }) =>
      [labels.feature_flag_variant, labels.method, labels.route, labels.status, String(value)].filter(Boolean).join(' ')
    )
    .sort();
}

describe('what a unit of work answers is passed on, and its end recorded', () => {
  test('synchronous', async () => {
    expect(instrumentation.run({ route: 'count' }, () => 5)).toBe(5);
    expect(await recorded()).toEqual(['RUN count 200 1']);
  });

  test('a promise, with its flags', async () => {
    const answer = await instrumentation.run({ route: 'send-mail' }, async () => {
      await pause(20);
      return evaluate();
    });

    expect(answer).toBe(true);
    expect(await recorded()).toEqual(['RUN send-mail 200 1']);
    expect(await recorded(TAGGED)).toEqual(['on RUN send-mail 200 1']);
    const seconds = sum(await readMetrics(registry), `${METRICS.requestDuration}_sum`);
    expect(seconds).toBeGreaterThan(0.018);
    expect(seconds).toBeLessThan(5);
  });

  test('a lazy query is neither begun nor waited for', async () => {
    let begun = 0;
    const lazy = { then: () => begun++ };
    expect(instrumentation.run({ route: 'query' }, () => lazy)).toBe(lazy);
    expect(begun).toBe(0);
    expect(await recorded()).toEqual(['RUN query 200 1']);
  });

  test.each<[string, () => unknown]>([
    [
      'thrown',
      () => {
        throw new Error('by the job');
      },
    ],
    ['rejected', () => Promise.reject(new Error('by the job'))],
  ])('an error that is %s', async (_name, work) => {
    await expect(Promise.resolve().then(() => instrumentation.run({ route: 'send-mail' }, work))).rejects.toThrow(
      'by the job'
    );
    expect(await recorded()).toEqual(['RUN send-mail 500 1']);
  });

  test('work that was aborted', async () => {
    const controller = new AbortController();
    const work = instrumentation.run({ route: 'send-mail', signal: controller.signal }, async () => {
      await evaluate();
      controller.abort();
      controller.signal.throwIfAborted();
    });
    await expect(work).rejects.toThrow('aborted');
    expect(await recorded(TAGGED)).toEqual(['on RUN send-mail 499 1']);
  });

  test('a request of another framework, with its own method and status', async () => {
    const context = { route: '/items/:id', method: 'PUT', status: (answer: { code: number }) => answer.code };
    await instrumentation.run(context, () => Promise.resolve({ code: 404 }));
    expect(await recorded()).toEqual(['PUT /items/:id 404 1']);
  });

  test('a status function that throws costs the status only', async () => {
    const context = {
      route: 'send-mail',
      status: () => {
        throw new Error('no such thing');
      },
    };
    expect(instrumentation.run(context, () => 7)).toBe(7);
    expect(await recorded()).toEqual(['RUN send-mail 200 1']);
    expect(sum(await readMetrics(registry), METRICS.internalErrors, { site: 'run.status' })).toBe(1);
  });
});

test('a unit inside of another has its own flags and its own count', async () => {
  await instrumentation.run({ route: 'outer' }, async () => {
    await instrumentation.run({ route: 'inner' }, () => evaluate('2'));
    await evaluate('1');
  });
  expect(await recorded(TAGGED)).toEqual(['off RUN outer 200 1', 'on RUN inner 200 1']);
});

test('1000 units, 100 at a time, some failing or aborted, under a flag that is switched on and off', async () => {
  const flagsWith = (on: boolean) => ({
    'checkout-v2': { variants: { on: true, off: false }, defaultVariant: on ? 'on' : 'off', disabled: false } as const,
  });
  const provider = new TypedInMemoryProvider(flagsWith(false));
  await setup(provider);
  const total = 1000;
  let toggles = 0;
  const toggling = setInterval(() => {
    provider.putConfiguration(flagsWith(++toggles % 2 === 1));
  }, 7);
  const served = { on: 0, off: 0 };
  const unit = async (index: number) => {
    const abort = new AbortController();
    await instrumentation.run({ route: 'job', signal: abort.signal }, async () => {
      await pause(Math.random() * 5);
      served[(await evaluate()) ? 'on' : 'off']++;
      await pause(Math.random() * 5);
      if (index % 10 === 3) {
        throw new Error('by the job');
      }
      if (index % 10 === 7) {
        abort.abort();
        abort.signal.throwIfAborted();
      }
    });
  };
  let next = 0;
  const worker = async () => {
    while (next < total) {
      await unit(next++).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  clearInterval(toggling);

  const samples = await readMetrics(registry);
  const flag = { feature_flag_key: 'checkout-v2' };
  expect(toggles).toBeGreaterThan(5);
  expect(sum(samples, UNTAGGED)).toBe(total);
  expect(sum(samples, TAGGED, flag)).toBe(total);
  for (const variant of ['on', 'off'] as const) {
    expect(sum(samples, TAGGED, { ...flag, feature_flag_variant: variant })).toBe(served[variant]);
    expect(served[variant]).toBeGreaterThan(total / 10);
  }
  expect(sum(samples, TAGGED, { ...flag, status: '500' })).toBe(total / 10);
  expect(sum(samples, TAGGED, { ...flag, status: '499' })).toBe(total / 10);
});
