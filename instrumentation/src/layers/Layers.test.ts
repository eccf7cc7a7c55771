import { collectDefaultMetrics, Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation.js';
import type { InstrumentationOptions } from '../options.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum, type Sample } from '../testing/readMetrics.js';
import type { Layers } from './Layers.js';

const FLAG = 'feature_flag_key';
const VARIANT = 'feature_flag_variant';

async function setup(options: Partial<InstrumentationOptions> = {}) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    flags: TEST_FLAGS,
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  const client = await testClient(instrumentation.hooks);
  /** Runs work as a unit that evaluated checkout-v2 for a user: even ids are served `on`. */
  const unit = <T>(user: number, work: () => T | Promise<T>) =>
    instrumentation.run({ route: 'test' }, async () => {
      await client.getBooleanValue('checkout-v2', false, { targetingKey: String(user) });
      return work();
    });
  const read = () => readMetrics(registry);
  return { registry, warnings, instrumentation, layers: instrumentation.layers, client, unit, read };
}

/** The untagged value, and those of checkout-v2's variants. */
function counted(samples: readonly Sample[], name: string, labels: Record<string, string>) {
  const twin = `feature_flag_${name}`;
  const variant = (of: string) => sum(samples, twin, { ...labels, [FLAG]: 'checkout-v2', [VARIANT]: of });
  return { all: sum(samples, name, labels), off: variant('off'), on: variant('on') };
}

const failing = () => Promise.reject(new Error('no'));

describe('cache', () => {
  test('counts look-ups and evictions once untagged and once for the flags of the work', async () => {
    const { layers, unit, read } = await setup();
    const cache = layers.cache('products');
    const stored = new Map([['a', 1]]);
    const get = cache.wrap((key: string) => stored.get(key));
    const getLater = cache.wrap((key: string) => Promise.resolve(stored.get(key) ?? null));

    expect(get('a')).toBe(1);
    await unit(2, () => expect(get('a')).toBe(1));
    await unit(2, async () => expect(await getLater('b')).toBeNull());
    await unit(1, () => get('b'));
    await unit(1, () => cache.evicted(3));
    await expect(unit(1, cache.wrap(failing))).rejects.toThrow('no');
    cache.hit(2);
    cache.failed();

    const samples = await read();
    const lookups = (outcome: string) => counted(samples, 'cache_requests_total', { cache: 'products', outcome });
    expect(lookups('hit')).toEqual({ all: 4, off: 0, on: 1 });
    expect(lookups('miss')).toEqual({ all: 2, off: 1, on: 1 });
    expect(lookups('error')).toEqual({ all: 2, off: 1, on: 0 });
    expect(counted(samples, 'cache_evictions_total', { cache: 'products' })).toEqual({ all: 3, off: 3, on: 0 });
  });

  test('a hit is what the application says', async () => {
    const { layers, read, registry } = await setup();
    const cache = layers.cache('numbers', { isHit: (found) => found !== 0 });
    expect(cache.wrap(() => 0)()).toBe(0);
    const broken = layers.cache('broken', {
      isHit: () => {
        throw new Error('not mine');
      },
    });
    expect(broken.wrap(() => 'found')()).toBe('found');
    const samples = await read();
    expect(sum(samples, 'cache_requests_total', { cache: 'numbers', outcome: 'miss' })).toBe(1);
    expect(sum(samples, 'flaglens_internal_errors_total', { site: 'CacheMetrics.count' })).toBe(1);
    expect(registry.getSingleMetric('cache_requests_total')).toBeDefined();
  });
});

test('every series starts at zero for the registered flags, those that are registered later included', async () => {
  const { layers, instrumentation, read } = await setup();
  layers.cache('products');
  instrumentation.registerFlags([{ key: 'late', variants: ['a', 'b'] }]);
  const twins = matching(await read(), 'feature_flag_cache_requests_total', { cache: 'products' });
  // Two flags and a late one of two variants each, three outcomes.
  expect(twins).toHaveLength(3 * 2 * 3);
  expect(twins.every(({ value }) => value === 0)).toBe(true);
});

describe('retry', () => {
  test.each([
    ['at once', [true], 'first_attempt', 1, 0],
    ['at the third attempt', [false, false, true], 'retried', 1, 2],
    ['never', [false, false], 'exhausted', 0, 2],
  ])('an operation that succeeds %s', async (_name, attempts, outcome, succeeded, failed) => {
    const { layers, unit, read } = await setup();
    const retry = layers.retry('charge');
    const errors: unknown[] = [];
    await unit(2, async () => {
      const operation = retry.begin();
      for (const ok of attempts) {
        await operation
          .attempt(ok ? () => Promise.resolve('charged') : failing)
          .catch((error: unknown) => errors.push(error));
      }
      operation.gaveUp();
    });
    expect(errors).toHaveLength(failed);
    const samples = await read();
    const operations = (of: string) => counted(samples, 'retry_operations_total', { operation: 'charge', outcome: of });
    for (const kind of ['first_attempt', 'retried', 'exhausted']) {
      const count = kind === outcome ? 1 : 0;
      expect([kind, operations(kind)]).toEqual([kind, { all: count, off: 0, on: count }]);
    }
    const tries = (of: string) => counted(samples, 'retry_attempts_total', { operation: 'charge', outcome: of });
    expect(tries('success')).toEqual({ all: succeeded, off: 0, on: succeeded });
    expect(tries('error')).toEqual({ all: failed, off: 0, on: failed });
  });

  test('an operation that is over, of a library that says only how many attempts there were', async () => {
    const { layers, read } = await setup();
    const retry = layers.retry('charge');
    retry.finished({ attempts: 3, succeeded: true });
    retry.finished({ attempts: 2, succeeded: false });
    retry.finished({ attempts: 1, succeeded: true });
    const samples = await read();
    const of = (metric: string, outcome: string) => sum(samples, metric, { operation: 'charge', outcome });
    expect(of('retry_attempts_total', 'error')).toBe(4);
    expect(of('retry_attempts_total', 'success')).toBe(2);
    expect(['first_attempt', 'retried', 'exhausted'].map((outcome) => of('retry_operations_total', outcome))).toEqual([
      1, 1, 1,
    ]);
  });
});

test('failover: which target served, and who turned to whom, from a closed set', async () => {
  const { layers, unit, read } = await setup();
  const failover = layers.failover('prices', { targets: ['primary', 'replica'] });
  await unit(2, () => failover.served('primary'));
  await unit(2, () => {
    failover.switched('primary', 'replica');
    failover.served('replica');
  });
  failover.served('https://10.0.0.1/secret');
  failover.exhausted();
  const samples = await read();
  const served = (target: string, outcome: string) =>
    counted(samples, 'failover_requests_total', { failover: 'prices', target, outcome });
  expect(served('primary', 'primary')).toEqual({ all: 1, off: 0, on: 1 });
  expect(served('replica', 'failover')).toEqual({ all: 1, off: 0, on: 1 });
  expect(served('other', 'failover')).toEqual({ all: 1, off: 0, on: 0 });
  expect(served('none', 'exhausted')).toEqual({ all: 1, off: 0, on: 0 });
  expect(counted(samples, 'failover_switches_total', { from: 'primary', to: 'replica' })).toEqual({
    all: 1,
    off: 0,
    on: 1,
  });
  expect(sum(samples, 'flaglens_folded_total', { label: 'target' })).toBe(1);
});

describe('pool', () => {
  test('its gauges are asked at each scrape and end with the pool', async () => {
    const { layers, read } = await setup();
    const connections = { open: 5, idle: 2, waiting: 1 };
    const pool = layers.pool('orders', {
      size: () => connections.open,
      idle: () => connections.idle,
      waiting: () => connections.waiting,
      max: () => 10,
    });
    layers.pool('users', { size: () => 1, idle: () => 1 });
    const state = (samples: Sample[], of: string) => sum(samples, 'pool_connections', { pool: 'orders', state: of });
    const first = await read();
    expect([state(first, 'used'), state(first, 'idle')]).toEqual([3, 2]);
    expect(sum(first, 'pool_max_connections', { pool: 'orders' })).toBe(10);
    expect(sum(first, 'pool_connections', { pool: 'users', state: 'idle' })).toBe(1);
    connections.idle = 0;
    expect(sum(await read(), 'pool_connections', { pool: 'orders', state: 'used' })).toBe(5);
    pool.close();
    expect(matching(await read(), 'pool_connections', { pool: 'orders' })).toEqual([]);
  });

  test('a gauge whose function throws has no series, and the scrape goes on', async () => {
    const { layers, read } = await setup();
    let closed = false;
    layers.pool('orders', {
      waiting: () => {
        if (closed) {
          throw new Error('the pool is closed');
        }
        return 4;
      },
      max: () => NaN,
    });
    expect(sum(await read(), 'pool_waiting_requests', { pool: 'orders' })).toBe(4);
    closed = true;
    const samples = await read();
    expect(matching(samples, 'pool_waiting_requests')).toEqual([]);
    expect(matching(samples, 'pool_max_connections')).toEqual([]);
    // Reported at this scrape, of which the counter's line may have come before the gauge was asked.
    expect(sum(await read(), 'flaglens_internal_errors_total', { site: 'layers.ask' })).toBeGreaterThan(0);
  });

  test.each([
    ['pg-pool', new Error('timeout exceeded when trying to connect'), 'timeout'],
    ['generic-pool', Object.assign(new Error('ResourceRequest'), { name: 'TimeoutError' }), 'timeout'],
    ['a socket', Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }), 'timeout'],
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'error'],
    ['text', 'timeout', 'error'],
  ])('a wait that fails as %s', async (_name, error, outcome) => {
    const { layers, unit, read } = await setup();
    const pool = layers.pool('orders');
    await expect(unit(2, () => pool.acquire(() => Promise.reject(error as Error)))).rejects.toBe(error);
    expect(await unit(2, () => pool.acquire(() => 'connection'))).toBe('connection');
    const samples = await read();
    const waits = (of: string) =>
      counted(samples, 'pool_acquire_duration_seconds_count', { pool: 'orders', outcome: of });
    expect(waits(outcome)).toEqual({ all: 1, off: 0, on: 1 });
    expect(waits('acquired')).toEqual({ all: 1, off: 0, on: 1 });
  });
});

test('strategy and database: durations and failures of what is in a closed set', async () => {
  const { layers, unit, read } = await setup();
  const ranking = layers.strategy('ranking', { strategies: ['old', 'new'] });
  const orders = layers.database('orders', { operations: ['select_cart'] });
  await unit(2, () => ranking.run('new', () => orders.run('select_cart', () => Promise.resolve([]))));
  await expect(unit(1, () => ranking.run('old', failing))).rejects.toThrow('no');
  await unit(1, () => orders.run('select * from carts where id = 7', () => 1));
  orders.record('select_cart', 0.2, false);
  const samples = await read();
  const ran = (strategy: string, outcome: string) =>
    counted(samples, 'strategy_duration_seconds_count', { decision: 'ranking', strategy, outcome });
  expect(ran('new', 'success')).toEqual({ all: 1, off: 0, on: 1 });
  expect(ran('old', 'error')).toEqual({ all: 1, off: 1, on: 0 });
  expect(ran('old', 'success')).toEqual({ all: 0, off: 0, on: 0 });
  const asked = (operation: string, outcome: string) =>
    counted(samples, 'database_operation_duration_seconds_count', { database: 'orders', operation, outcome });
  expect(asked('select_cart', 'success')).toEqual({ all: 1, off: 0, on: 1 });
  expect(asked('other', 'success')).toEqual({ all: 1, off: 1, on: 0 });
  expect(asked('select_cart', 'error')).toEqual({ all: 1, off: 0, on: 0 });
  expect(sum(samples, 'database_operation_duration_seconds_sum', { outcome: 'error' })).toBeCloseTo(0.2);
});

test('database: a query that begins when it is awaited runs once, and is timed as it runs', async () => {
  const { layers, read } = await setup();
  const orders = layers.database('orders', { operations: ['insert'] });
  let ran = 0;
  const query: PromiseLike<string> = {
    then(resolved, rejected) {
      ran++;
      return new Promise<string>((resolve) => setTimeout(resolve, 30, 'rows')).then(resolved, rejected);
    },
  };
  expect(await orders.run('insert', () => query)).toBe('rows');
  expect(ran).toBe(1);
  expect(sum(await read(), 'database_operation_duration_seconds_sum', { operation: 'insert' })).toBeGreaterThan(0.025);
});

describe('queue', () => {
  test('a message is a unit of work: the flags that it met count for its duration and its wait', async () => {
    const { layers, client, read } = await setup();
    const mails = layers.queue('mails', { lag: () => 12 });
    mails.sent(2);
    const evaluate = () => client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
    await mails.process(evaluate, { sentAt: Date.now() - 4000 });
    await expect(mails.process(failing, { sentAt: new Date(Date.now() + 60_000) })).rejects.toThrow('no');
    const samples = await read();
    expect(sum(samples, 'queue_messages_sent_total', { queue: 'mails' })).toBe(2);
    expect(sum(samples, 'queue_lag_messages', { queue: 'mails' })).toBe(12);
    const processed = (outcome: string) =>
      counted(samples, 'queue_process_duration_seconds_count', { queue: 'mails', outcome });
    expect(processed('success')).toEqual({ all: 1, off: 0, on: 1 });
    expect(processed('error')).toEqual({ all: 1, off: 0, on: 0 });
    expect(counted(samples, 'queue_wait_duration_seconds_count', { queue: 'mails' })).toEqual({
      all: 2,
      off: 0,
      on: 1,
    });
    const waited = sum(samples, 'feature_flag_queue_wait_duration_seconds_sum', { [VARIANT]: 'on' });
    // A sender's clock may be ahead: that message waited 0, and never less.
    expect(waited).toBeGreaterThanOrEqual(4);
    expect(waited).toBeLessThan(30);
    mails.close();
    expect(matching(await read(), 'queue_lag_messages')).toEqual([]);
  });

  test('messages that are processed at the same time keep their flags apart', async () => {
    const { layers, client, read } = await setup();
    const mails = layers.queue('mails');
    await Promise.all(
      Array.from({ length: 40 }, (_, user) =>
        mails.process(() => client.getBooleanValue('checkout-v2', false, { targetingKey: String(user) }))
      )
    );
    expect(counted(await read(), 'queue_process_duration_seconds_count', { outcome: 'success' })).toEqual({
      all: 40,
      off: 20,
      on: 20,
    });
  });
});

describe('process', () => {
  test('a section has the processor time that it spends, split by flag', async () => {
    const { layers, unit, read } = await setup();
    const section = layers.section('price');
    const work = () => {
      const { user } = process.cpuUsage();
      while (process.cpuUsage().user - user < 50_000) {
        JSON.stringify({ user });
      }
      return 'priced';
    };
    expect(await unit(2, () => section.run(work))).toBe('priced');
    expect(() =>
      section.run(() => {
        throw new Error('no');
      })
    ).toThrow('no');
    const samples = await read();
    expect(counted(samples, 'section_runs_total', { section: 'price' })).toEqual({ all: 2, off: 0, on: 1 });
    const { on } = counted(samples, 'section_cpu_seconds_total', { section: 'price' });
    expect(on).toBeGreaterThanOrEqual(0.05);
    expect(on).toBeLessThan(0.5);
  });

  test('has the metrics that the catalogue names', async () => {
    const { layers, read, warnings } = await setup();
    layers.process();
    layers.process();
    const names = new Set((await read()).map(({ name }) => name));
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
      expect([name, names.has(name)]).toEqual([name, true]);
    }
    expect(warnings).toEqual([]);
  });

  test('leaves the collectors of the service alone', async () => {
    const { layers, registry, warnings } = await setup();
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
    const own = registry.getSingleMetric('process_cpu_seconds_total');
    layers.process();
    expect(registry.getSingleMetric('process_cpu_seconds_total')).toBe(own);
    expect(warnings).toEqual([]);
  });

  test('an instance is of one variant until it serves another', async () => {
    const { client, read, warnings } = await setup({ layers: { instance: { 'checkout-v2': 'on' } } });
    const info = async () => matching(await read(), 'feature_flag_instance_info').map(({ labels }) => labels);
    const canary = [{ [FLAG]: 'checkout-v2', [VARIANT]: 'on' }];
    expect(await info()).toEqual(canary);
    await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
    await client.getStringValue('search-ranking', 'control');
    expect(await info()).toEqual(canary);
    await client.getBooleanValue('checkout-v2', false, { targetingKey: '1' });
    expect(await info()).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('served another variant')]);
    await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
    expect(await info()).toEqual([]);
  });
});

/** Each part once, with a name. */
const makers: Array<[string, (layers: Layers, name: string) => unknown]> = [
  ['cache', (layers, name) => layers.cache(name)],
  ['retry', (layers, name) => layers.retry(name)],
  ['failover', (layers, name) => layers.failover(name, { targets: ['a'] })],
  ['pool', (layers, name) => layers.pool(name, { waiting: () => 1 })],
  ['strategy', (layers, name) => layers.strategy(name, { strategies: ['a'] })],
  ['database', (layers, name) => layers.database(name, { operations: ['a'] })],
  ['queue', (layers, name) => layers.queue(name, { lag: () => 1 })],
  ['section', (layers, name) => layers.section(name)],
];

describe.each(makers)('%s', (_name, make) => {
  test('names are bounded in number and length', async () => {
    const { layers, read } = await setup({ limits: { dimensionValues: 3 } });
    make(layers, 'x'.repeat(1_000_000));
    for (let index = 0; index < 50; index++) {
      make(layers, `name-${String(index)}`);
    }
    const values = new Set((await read()).flatMap(({ labels }) => Object.values(labels)));
    expect([...values].filter((value) => value.startsWith('name-'))).toEqual(['name-0', 'name-1']);
    expect(Math.max(...[...values].map((value) => value.length))).toBeLessThanOrEqual(64);
  });

  test('two of one name share their series, as do two instrumentations of one registry', async () => {
    const { layers, registry, warnings, read } = await setup();
    make(layers, 'same');
    make(layers, 'same');
    const other = createInstrumentation({ registry, onWarning: (message) => warnings.push(message) });
    make(other.layers, 'same');
    await read();
    expect(warnings).toEqual([]);
  });
});
