import { OpenFeature } from '@openfeature/server-sdk';
import type { FastifyInstance } from 'fastify';
import { initialState, type DemoState } from '../state';
import { createShop } from './createShop';

const durations = 'feature_flag_http_request_duration_seconds';

let state: DemoState;
let shop: FastifyInstance;
let url: string;

/** A shop whose dice always show the same: 0.02 is unlucky enough for every fault, and lucky enough without them. */
async function open(change: Partial<DemoState> = {}): Promise<void> {
  const off = Object.fromEntries(Object.keys(initialState().faults).map((name) => [name, false]));
  state = { ...initialState(), faults: { ...(off as DemoState['faults']) }, ...change };
  shop = await createShop({ state: () => state, random: () => 0.02 });
  url = await shop.listen({ host: '127.0.0.1', port: 0 });
}

afterEach(() => shop.close());
afterAll(() => OpenFeature.close());

const routes: Record<string, [method: string, path: string]> = {
  recommendations: ['GET', '/products/7'],
  'search-ranking': ['GET', '/search?q=lamp'],
  'checkout-v2': ['POST', '/checkout'],
  'order-history': ['GET', '/orders'],
};

/** Sends one request from each of 60 users to each route. */
async function visit(): Promise<number> {
  const users = Array.from({ length: 60 }, (_, i) => `user-${i}`);
  const sent = users.flatMap((user) =>
    Object.values(routes).map(async ([method, path]) => {
      const response = await fetch(`${url}${path}`, { method, headers: { 'x-user': user } });
      await response.arrayBuffer();
    })
  );
  await Promise.all(sent);
  return sent.length;
}

/** The sum of all samples of a name whose line holds every one of the given parts. */
async function sum(name: string, ...parts: string[]): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && parts.every((part) => line.includes(part)))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

const failures = (variant: string) => sum(`${durations}_count`, `variant="${variant}"`, 'status="500"');

test('every series of every flag is there at zero before the first request', async () => {
  await open();
  const text = await (await fetch(`${url}/metrics`)).text();
  const series = text.split('\n').filter((line) => line.startsWith(`${durations}_count{`));
  // Four flags, each on its own route, two variants, the statuses 200 and 500.
  expect(series).toHaveLength(4 * 2 * 2);
  expect(series.every((line) => line.endsWith(' 0'))).toBe(true);
});

test('requests add up, flag by flag and in all, and nobody else is counted', async () => {
  await open();
  const sent = await visit();
  await fetch(`${url}/healthz`);

  expect(await sum('http_request_duration_seconds_count')).toBe(sent);
  for (const flag of Object.keys(routes)) {
    expect(await sum(`${durations}_count`, `feature_flag_key="${flag}"`)).toBe(sent / 4);
    expect(await sum('feature_flag_evaluation_success_total', `feature_flag_key="${flag}"`)).toBe(sent / 4);
  }
  expect(await sum('flaglens_internal_errors_total')).toBe(0);
});

test('a change of the allocation moves the traffic, and the gauge says so', async () => {
  await open({ percentages: { ...initialState().percentages, 'checkout-v2': 0 } });
  await visit();
  expect(await sum(`${durations}_count`, 'checkout-v2', 'variant="off"')).toBe(60);
  expect(await sum('feature_flag_allocation_ratio', 'checkout-v2', 'variant="on"')).toBe(0);

  state = { ...state, percentages: { ...state.percentages, 'checkout-v2': 100 } };
  await visit();

  expect(await sum(`${durations}_count`, 'checkout-v2', 'variant="off"')).toBe(60);
  expect(await sum(`${durations}_count`, 'checkout-v2', 'variant="on"')).toBe(60);
  expect(await sum('feature_flag_allocation_ratio', 'checkout-v2', 'variant="on"')).toBe(1);
  expect(await sum('feature_flag_allocation_ratio', 'checkout-v2', 'variant="off"')).toBe(0);
});

test('search-ranking-errors fails the new ranking and no other series', async () => {
  await open({ faults: { ...initialState().faults, 'checkout-v2-slow-tail': false } });
  await visit();
  const hit = await sum(`${durations}_count`, 'variant="new-ranking"');
  expect(hit).toBeGreaterThan(0);
  expect(await failures('new-ranking')).toBe(hit);
  expect(await sum(`${durations}_count`, 'status="500"')).toBe(hit);
});

test('checkout-v2-slow-tail slows the new checkout and no other series', async () => {
  await open({ faults: { ...initialState().faults, 'search-ranking-errors': false } });
  await visit();
  const slow = async (...parts: string[]) =>
    (await sum(`${durations}_count`, ...parts)) - (await sum(`${durations}_bucket`, 'le="0.3"', ...parts));
  const hit = await sum(`${durations}_count`, 'checkout-v2', 'variant="on"');
  expect(hit).toBeGreaterThan(0);
  expect(await slow('checkout-v2', 'variant="on"')).toBe(hit);
  expect(await slow('checkout-v2', 'variant="off"')).toBe(0);
  expect(await slow('search-ranking')).toBe(0);
  expect(await slow('recommendations')).toBe(0);
});

test('application-errors fails both variants of every flag', async () => {
  await open({ faults: { ...initialState().faults, 'search-ranking-errors': false, 'application-errors': true } });
  const sent = await visit();
  expect(await sum(`${durations}_count`, 'status="500"')).toBe(sent);
  expect(await failures('control')).toBeGreaterThan(0);
  expect(await failures('new-ranking')).toBeGreaterThan(0);
});
