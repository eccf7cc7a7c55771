import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import type { InstrumentationOptions } from '../options.js';
import { TEST_FLAGS } from '../testing/openFeature.js';
import { matching, readMetrics } from '../testing/readMetrics.js';
import type { Shares } from './options.js';

function setup(options: Partial<InstrumentationOptions> = {}) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  return { registry, instrumentation, warnings };
}

/** What a scrape finds, as `flag variant share`. */
async function shown(registry: Registry): Promise<string[]> {
  const samples = matching(await readMetrics(registry), METRICS.allocation);
  return samples
    .map(
      ({ labels, value }) =>
        `${String(labels.feature_flag_key)} ${String(labels.feature_flag_variant)} ${String(value)}`
    )
    .sort();
}

test('values are reported as they are, and replaced by later ones', async () => {
  const { registry, instrumentation } = setup();
  instrumentation.allocation.set('checkout-v2', { on: 0.2, off: 0.8 });
  instrumentation.allocation.set('search', { a: 0, b: 0.5, c: 0.5 });
  expect(await shown(registry)).toEqual([
    'checkout-v2 off 0.8',
    'checkout-v2 on 0.2',
    'search a 0',
    'search b 0.5',
    'search c 0.5',
  ]);

  instrumentation.allocation.set('search', { b: 1 });
  instrumentation.allocation.remove('checkout-v2');
  expect(await shown(registry)).toEqual(['search b 1']);
});

test('the option is asked for every registered flag at each scrape, later ones included', async () => {
  let share = 0.1;
  const allocation = (flag: string): Shares | undefined => (flag === 'search-ranking' ? undefined : { on: share });
  const { registry, instrumentation } = setup({ flags: TEST_FLAGS, allocation });
  expect(await shown(registry)).toEqual(['checkout-v2 on 0.1']);

  share = 0.5;
  instrumentation.registerFlags([{ key: 'late', variants: ['on'] }]);
  expect(await shown(registry)).toEqual(['checkout-v2 on 0.5', 'late on 0.5']);
});

test('shares may come from a promise', async () => {
  const { registry } = setup({ flags: TEST_FLAGS.slice(0, 1), allocation: () => Promise.resolve({ on: 0.25 }) });
  expect(await shown(registry)).toEqual(['checkout-v2 on 0.25']);
});

test('without any share there is no gauge', () => {
  const { registry } = setup({ flags: TEST_FLAGS });
  expect(registry.getSingleMetric(METRICS.allocation)).toBeUndefined();
});

test.each<[string, number]>([
  ['percent', 20],
  ['not a number', NaN],
  ['negative', -0.1],
])('a share that is %s is left out with a warning', async (_name, share) => {
  const { registry, instrumentation, warnings } = setup();
  instrumentation.allocation.set('checkout-v2', { on: share, off: 0.8 });
  expect(await shown(registry)).toEqual(['checkout-v2 off 0.8']);
  expect(warnings).toEqual([expect.stringContaining('ratios from 0 to 1')]);
});

test('a source that fails ends its series, not the scrape', async () => {
  let fails = false;
  const { registry, instrumentation, warnings } = setup();
  instrumentation.allocation.set('search', { a: 1 });
  instrumentation.allocation.set('checkout-v2', () => {
    if (fails) {
      throw new Error('no answer');
    }
    return { on: 1 };
  });
  expect(await shown(registry)).toEqual(['checkout-v2 on 1', 'search a 1']);

  fails = true;
  expect(await shown(registry)).toEqual(['search a 1']);
  expect(warnings).toEqual([expect.stringContaining('could not be read: Error at ')]);
});

test('two instrumentations on one registry both tell theirs', async () => {
  const { registry, instrumentation } = setup();
  const second = createInstrumentation({ registry });
  instrumentation.allocation.set('checkout-v2', { on: 1 });
  second.allocation.set('search', () => ({ a: 1 }));
  expect(await shown(registry)).toEqual(['checkout-v2 on 1', 'search a 1']);
});

test('a source that hangs ends its series in time, not the scrape', async () => {
  jest.useFakeTimers();
  try {
    let hangs = true;
    const { registry, instrumentation, warnings } = setup();
    instrumentation.allocation.set('search', { a: 1 });
    const shares = () => (hangs ? new Promise<Shares>(() => undefined) : Promise.resolve({ on: 1 }));
    instrumentation.allocation.set('checkout-v2', shares);
    const scrape = shown(registry);
    await jest.advanceTimersByTimeAsync(5000);
    expect(await scrape).toEqual(['search a 1']);
    expect(warnings).toEqual([expect.stringContaining('no answer within 3 s')]);

    hangs = false;
    expect(await shown(registry)).toEqual(['checkout-v2 on 1', 'search a 1']);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('a share that is no number is left out, and the others are not', async () => {
  const { registry, instrumentation, warnings } = setup();
  instrumentation.allocation.set('search', { a: 0.5, b: '0.5' as unknown as number, c: 0.25 });
  expect(await shown(registry)).toEqual(['search a 0.5', 'search c 0.25']);
  instrumentation.allocation.remove('search');
  expect(await shown(registry)).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining('the share of "b"')]);
});

test('a share that is wrong in a new way at each scrape is warned of once', async () => {
  let percentage = 10;
  const { registry, instrumentation, warnings } = setup();
  instrumentation.allocation.set('search', () => ({ a: percentage++ }));
  for (let scrape = 0; scrape < 5; scrape++) {
    expect(await shown(registry)).toEqual([]);
  }
  expect(warnings).toHaveLength(1);
});

test('variants that a limit makes one have the shares of all', async () => {
  const { registry, instrumentation } = setup({ limits: { variantsPerFlag: 1 } });
  instrumentation.allocation.set('search', { a: 0.25, b: 0.25, c: 0.5 });
  expect(await shown(registry)).toEqual(['search a 0.25', 'search other 0.75']);
  expect(await shown(registry)).toEqual(['search a 0.25', 'search other 0.75']);
});
