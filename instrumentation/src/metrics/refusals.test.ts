import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import { MetricFactory } from './MetricFactory.js';

const warnings: string[] = [];

function setup() {
  warnings.length = 0;
  const registry = new Registry();
  return { registry, metrics: new MetricFactory(registry, (message) => warnings.push(message)) };
}

async function refused(registry: Registry, metric: string): Promise<number> {
  return sum(await readMetrics(registry), METRICS.refused, { metric });
}

describe('a value that would spoil a series is refused and counted', () => {
  test.each<[string, number, boolean]>([
    ['NaN', Number.NaN, false],
    ['infinity', Infinity, false],
    ['minus infinity', -Infinity, false],
    ['a negative', -0.001, false],
    ['zero', 0, true],
    ['a positive', 0.2, true],
  ])('%s, by a histogram and a counter', async (_name, value, taken) => {
    const { registry, metrics } = setup();
    const histogram = metrics.histogram({ name: 'work_seconds', help: 'Work', labelNames: ['kind'] }, [0.1, 1]);
    const counter = metrics.seriesCounter({ name: 'work_total', help: 'Work', labelNames: ['kind'] });

    for (const good of [0.5, value]) {
      histogram.observe({ kind: 'a' }, good);
      counter.inc({ kind: 'a' }, good);
    }

    const samples = await readMetrics(registry);
    expect(sum(samples, 'work_seconds_count')).toBe(taken ? 2 : 1);
    expect(sum(samples, 'work_seconds_sum')).toBe(taken ? 0.5 + value : 0.5);
    expect(sum(samples, 'work_total')).toBe(taken ? 0.5 + value : 0.5);
    expect([await refused(registry, 'work_seconds'), await refused(registry, 'work_total')]).toEqual(
      taken ? [0, 0] : [1, 1]
    );
  });

  test('a gauge takes negatives, and refuses what is no number', async () => {
    const { registry, metrics } = setup();
    const gauge = metrics.seriesGauge({ name: 'balance', help: 'Balance' });

    gauge.set({}, -3);
    gauge.set({}, Number.NaN);
    gauge.inc({}, Infinity);
    gauge.dec({}, 1);

    expect(sum(await readMetrics(registry), 'balance')).toBe(-4);
    expect(await refused(registry, 'balance')).toBe(2);
  });

  test('a histogram with a negative bound is made for negative values', async () => {
    const { registry, metrics } = setup();
    const histogram = metrics.histogram({ name: 'degrees', help: 'Temperature' }, [10, -10, 0]);

    histogram.observe({}, -5);
    histogram.observe({}, -Infinity);

    const samples = await readMetrics(registry);
    expect(matching(samples, 'degrees_bucket').map(({ labels, value }) => [labels.le, value])).toEqual([
      ['-10', 0],
      ['0', 1],
      ['10', 1],
      ['+Inf', 1],
    ]);
    expect(await refused(registry, 'degrees')).toBe(1);
  });

  test('each metric’s count starts at zero with the metric, under its full name in OpenMetrics, too', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const counter = new MetricFactory(registry, () => undefined).seriesCounter({ name: 'work_total', help: 'Work' });

    const before = await registry.metrics();
    counter.inc({}, Number.NaN);

    expect(before).toContain(`${METRICS.refused}{metric="work_total"} 0\n`);
    expect(await registry.metrics()).toContain(`${METRICS.refused}{metric="work_total"} 1\n`);
  });
});

describe('reset', () => {
  test('sets all series to zero and drops none, since those that are kept go on counting', async () => {
    const { registry, metrics } = setup();
    const counter = metrics.seriesCounter({ name: 'work_total', help: 'Work', labelNames: ['kind'] });
    const histogram = metrics.histogram({ name: 'work_seconds', help: 'Work', labelNames: ['kind'] }, [1]);
    const kept = counter.series({ kind: 'a' });
    kept.add(5);
    histogram.observe({ kind: 'a' }, 3);

    registry.resetMetrics();
    kept.add(2);

    const samples = await readMetrics(registry);
    expect(sum(samples, 'work_total')).toBe(2);
    expect(matching(samples, 'work_seconds_bucket').map(({ value }) => value)).toEqual([0, 0]);
    expect(sum(samples, 'work_seconds_sum')).toBe(0);
  });
});
