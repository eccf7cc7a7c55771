import { LABELS, METRICS } from '@flaglens/instrumentation';
import { OpenFeature } from '@openfeature/server-sdk';
import type { FastifyInstance } from 'fastify';
import { flags } from '../flags';
import { instances } from '../instances';
import { createShop } from '../shop/createShop';
import { initialState } from '../state';
import { exposedBy, type ExposedMetric } from './exposition';
import { simulate, simulatedMetric, type PastMetric, type PastSeries } from './simulate';
import { demoHistory, stateAt } from './timeline';

const end = 1_800_000_000;
const hours = 0.75;
const scenario = demoHistory(end, hours);

let shop: FastifyInstance;
let exposed: ExposedMetric[];
let past: PastMetric[];

beforeAll(async () => {
  shop = await createShop({ state: () => initialState() });
  exposed = await exposedBy(shop);
  past = simulate(scenario, exposed, instances);
});

afterAll(async () => {
  await shop.close();
  await OpenFeature.close();
});

function seriesOf(name: string, labels: Record<string, string> = {}): PastSeries[] {
  return past
    .flatMap(({ series }) => series)
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value));
}

/** The last value, summed over series. */
const last = (series: readonly PastSeries[]) => series.reduce((sum, { values }) => sum + (values.at(-1) ?? NaN), 0);

const labelsOf = (labels: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(labels).sort());

test('has the very series of the live shop, on each instance', () => {
  for (const metric of exposed.filter(({ series }) => series.length > 0)) {
    const simulated = past.find(({ name }) => name === metric.name);
    if (!simulated) {
      // What Node says of itself cannot be simulated honestly; everything that Flaglens reads is there.
      expect(metric.name).toMatch(/^(nodejs|process)_/);
      continue;
    }
    expect(simulated.type).toBe(metric.type);
    for (const instance of instances) {
      const live = metric.series.map(({ name, labels }) => name + labelsOf({ ...labels, instance, job: 'shop' }));
      const own = simulated.series.filter(({ labels }) => labels.instance === instance);
      expect(own.map(({ name, labels }) => name + labelsOf(labels)).sort()).toEqual(live.sort());
    }
  }
  expect(seriesOf('up')).toHaveLength(instances.length);
});

test('counters never fall, and buckets are cumulative', () => {
  for (const { type, series } of past) {
    for (const { values, labels, name } of type === 'counter' || type === 'histogram' ? series : []) {
      expect([name, labels, values.every((value, index) => value >= (values[index - 1] ?? 0))]).toEqual([
        name,
        labels,
        true,
      ]);
    }
  }
  for (const infinite of seriesOf(`${METRICS.flagRequestDuration}_bucket`, { le: '+Inf' })) {
    const labels = Object.fromEntries(Object.entries(infinite.labels).filter(([key]) => key !== 'le'));
    const buckets = seriesOf(`${METRICS.flagRequestDuration}_bucket`, labels).map(({ values }) => values.at(-1) ?? NaN);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(last(seriesOf(`${METRICS.flagRequestDuration}_count`, labels))).toBe(infinite.values.at(-1));
  }
});

test('the traffic is that of the load generator', () => {
  const total = last(seriesOf(`${METRICS.requestDuration}_count`));
  // 80 a second for 45 minutes, as a Poisson process: its deviation is the root of its mean.
  const expected = 80 * hours * 3600;
  expect(Math.abs(total - expected)).toBeLessThan(4 * Math.sqrt(expected));
  expect(last(seriesOf(`${METRICS.flagRequestDuration}_count`))).toBe(total);
  expect(last(seriesOf(METRICS.evaluationSuccesses))).toBe(total);
  expect(last(seriesOf(METRICS.evaluationRequests))).toBe(total);
  const [first, second] = instances.map((instance) => last(seriesOf(`${METRICS.requestDuration}_count`, { instance })));
  expect(Math.abs((first ?? NaN) - (second ?? NaN))).toBeLessThanOrEqual(1);
});

test('the faults are those of the shop: slower in the tail, failing more, and nothing else', () => {
  const count = (flag: string, variant: string, more: Record<string, string> = {}) =>
    last(seriesOf(`${METRICS.flagRequestDuration}_count`, { [LABELS.flag]: flag, [LABELS.variant]: variant, ...more }));
  const slow = (flag: string, variant: string) =>
    1 -
    last(
      seriesOf(`${METRICS.flagRequestDuration}_bucket`, { [LABELS.flag]: flag, [LABELS.variant]: variant, le: '0.3' })
    ) /
      count(flag, variant);
  const failing = (flag: string, variant: string) =>
    count(flag, variant, { [LABELS.status]: '500' }) / count(flag, variant);
  // One request in seven is slower by 350 ms at the median; of the others, next to none takes 300 ms.
  expect(slow('checkout-v2', 'on')).toBeGreaterThan(0.11);
  expect(slow('checkout-v2', 'off')).toBeLessThan(0.01);
  expect(slow('recommendations', 'on')).toBeLessThan(0.001);
  expect(failing('search-ranking', 'new-ranking')).toBeGreaterThan(0.035);
  expect(failing('search-ranking', 'control')).toBeLessThan(0.01);
  expect(failing('checkout-v2', 'on')).toBeLessThan(0.01);
});

test('ends in the state in which the live demo begins', () => {
  for (const { key, baseline, feature } of flags) {
    const share = (initialState().percentages[key] ?? NaN) / 100;
    const allocated = (variant: string) =>
      seriesOf('feature_flag_allocation_ratio', { [LABELS.flag]: key, [LABELS.variant]: variant }).map(({ values }) =>
        values.at(-1)
      );
    expect(allocated(feature)).toEqual(instances.map(() => share));
    expect(allocated(baseline)).toEqual(instances.map(() => 1 - share));
  }
  expect(stateAt(scenario, end)).toEqual(initialState());
});

test('says of itself that it is simulated, up to its end', () => {
  const [mark] = seriesOf(simulatedMetric);
  expect(mark?.values.slice(0, -1).every((value) => value === 1)).toBe(true);
  expect(mark?.values.at(-1)).toBe(0);
});

test('is the same each time, and another with another seed', () => {
  const short = demoHistory(end, 0.1);
  const numbers = (metrics: PastMetric[]) => metrics.map(({ series }) => series.map(({ values }) => [...values]));
  expect(numbers(simulate(short, exposed, instances))).toEqual(numbers(simulate(short, exposed, instances)));
  expect(numbers(simulate({ ...short, seed: 2 }, exposed, instances))).not.toEqual(
    numbers(simulate(short, exposed, instances))
  );
});

test('a flag that is rolled out in the middle has no traffic before', () => {
  const labels = { [LABELS.flag]: 'order-history', [LABELS.variant]: 'on' };
  const counts = seriesOf(`${METRICS.flagRequestDuration}_count`, labels);
  const rollout = (end - 0.5 * 3600 - scenario.start) / scenario.step;
  const at = (scrape: number) => counts.reduce((sum, { values }) => sum + (values[scrape] ?? NaN), 0);
  expect(at(rollout)).toBe(0);
  expect(at(rollout + 20)).toBeGreaterThan(0);
});
