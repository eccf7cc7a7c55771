import { Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation.js';
import type { InstrumentationOptions } from '../options.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';

function setup(options: Partial<InstrumentationOptions> = {}) {
  const registry = new Registry();
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const instrumentation = createInstrumentation({ registry, onWarning, ...options });
  return { registry, instrumentation, layers: instrumentation.layers, warnings, read: () => readMetrics(registry) };
}

const throwing = () => {
  throw new Error('broken');
};

describe('a thenable that is not a promise', () => {
  /** What the least of thenables may do: its `then` answers nothing, and lets escape what its callbacks throw. */
  const thenables: Array<[string, PromiseLike<string>, 'success' | 'error']> = [
    ['that resolves later', bare((resolved) => void setTimeout(resolved, 5, 'rows')), 'success'],
    ['that resolves at once', bare((resolved) => resolved('rows')), 'success'],
    ['that rejects later', bare((_resolved, rejected) => void setTimeout(rejected, 5, new Error('broken'))), 'error'],
    ['whose then throws', bare(throwing), 'error'],
  ];

  function bare(then: (resolved: (value: string) => void, rejected: (reason: unknown) => void) => void) {
    return { then } as unknown as PromiseLike<string>;
  }

  test.each(thenables)('%s has its outcome passed on and counted', async (_name, thenable, outcome) => {
    const { layers, read } = setup();
    const orders = layers.database('orders', { operations: ['insert'] });
    const answer = Promise.resolve(orders.run('insert', () => thenable));
    await (outcome === 'success' ? expect(answer).resolves.toBe('rows') : expect(answer).rejects.toThrow('broken'));
    expect(sum(await read(), 'database_operation_duration_seconds_count', { outcome })).toBe(1);
  });
});

test('a wrapped method of a cache keeps its this', async () => {
  class Store {
    private readonly entries = new Map([['a', 1]]);

    get(key: string): number | undefined {
      return this.entries.get(key);
    }
  }
  const { layers, read } = setup();
  const store = new Store();
  store.get = layers.cache('products').wrap((key: string) => Store.prototype.get.call(store, key));
  expect(store.get('a')).toBe(1);
  class Counted extends Store {}
  Counted.prototype.get = layers.cache('products').wrap(Store.prototype.get);
  expect(new Counted().get('a')).toBe(1);
  expect(sum(await read(), 'cache_requests_total', { outcome: 'hit' })).toBe(2);
});

test('what cannot be told apart is counted all the same', async () => {
  const { layers, read, warnings } = setup();
  const cache = layers.cache('products', { isHit: throwing });
  expect(cache.wrap(() => 'found')()).toBe('found');
  expect(cache.wrap(() => null)()).toBeNull();
  const pool = layers.pool('orders', { isTimeout: throwing });
  expect(() => pool.acquire(throwing)).toThrow('broken');

  const samples = await read();
  expect(sum(samples, 'cache_requests_total', { outcome: 'hit' })).toBe(1);
  expect(sum(samples, 'cache_requests_total', { outcome: 'miss' })).toBe(1);
  expect(sum(samples, 'pool_acquire_duration_seconds_count', { outcome: 'error' })).toBe(1);
  expect(warnings).toHaveLength(2);
});

test('a gauge whose function answers a promise has no series, and what it rejects with ends nothing', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listener);
  const { layers, read, warnings } = setup();
  layers.queue('mails', { lag: (() => Promise.reject(new Error('broken'))) as unknown as () => number });
  const samples = await read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', listener);
  expect(matching(samples, 'queue_lag_messages')).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining('promise'), expect.stringContaining('failed')]);
  expect(unhandled).toEqual([]);
});

test('a message without the time when it was sent has no wait', async () => {
  const { layers, read } = setup();
  const mails = layers.queue('mails');
  mails.process(() => 'sent', { sentAt: null as unknown as undefined });
  mails.process(() => 'sent', { sentAt: undefined });
  const samples = await read();
  expect(sum(samples, 'queue_wait_duration_seconds_count')).toBe(0);
  expect(sum(samples, 'queue_process_duration_seconds_count')).toBe(2);
});

test('an instance is of its variant still when the metrics are reset', async () => {
  const { registry, read } = setup({ layers: { instance: { 'checkout-v2': 'on' } } });
  registry.resetMetrics();
  expect(matching(await read(), 'feature_flag_instance_info').map(({ value }) => value)).toEqual([1]);
});

test('messages of a consumer that a request began are not those of the request when it is over', async () => {
  const { layers, instrumentation, read } = setup();
  const { requests } = instrumentation;
  const mails = layers.queue('mails');
  const consumed: Array<Promise<void>> = [];
  const consume = (flag: string | undefined) =>
    mails.process(() => {
      if (flag !== undefined) {
        requests.tag(flag, () => 'on');
      }
    });
  instrumentation.run({ route: 'first' }, () => {
    requests.tag('checkout-v2', () => 'on');
    consume(undefined);
    consumed.push(new Promise((resolve) => setTimeout(resolve, 10)).then(() => consume('search')));
    // A consumer that a message began is not of that message either.
    mails.process(() => {
      consumed.push(new Promise((resolve) => setTimeout(resolve, 10)).then(() => consume('search')));
    });
  });
  await Promise.all(consumed);
  const samples = await read();
  const counted = (flag: string) =>
    sum(samples, 'feature_flag_queue_process_duration_seconds_count', { feature_flag_key: flag });
  expect(sum(samples, 'queue_process_duration_seconds_count')).toBe(4);
  expect([counted('checkout-v2'), counted('search')]).toEqual([2, 2]);
});

test('a consumer that a message began outside of any request begins a unit of work with each message', async () => {
  const { layers, instrumentation, read } = setup();
  const mails = layers.queue('mails');
  let later: Promise<void> | undefined;
  mails.process(() => {
    instrumentation.requests.tag('checkout-v2', () => 'on');
    later = new Promise((resolve) => setTimeout(resolve, 10)).then(() => mails.process(() => undefined));
  });
  await later;
  const samples = await read();
  expect(sum(samples, 'queue_process_duration_seconds_count')).toBe(2);
  expect(sum(samples, 'feature_flag_queue_process_duration_seconds_count')).toBe(1);
});
