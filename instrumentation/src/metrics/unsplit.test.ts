import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { Counter as Counter14, Histogram as Histogram14 } from 'prom-client14';
import { createInstrumentation, type Split } from '../createInstrumentation.js';
import { readMetrics, sum } from '../testing/readMetrics.js';

/** A service in plain JavaScript can hand in anything. */
type Loose = Record<string, (...args: unknown[]) => unknown>;

function setup(): { registry: Registry; split: (metric: unknown) => Loose; warnings: string[] } {
  const registry = new Registry();
  const warnings: string[] = [];
  const { split } = createInstrumentation({ registry, onWarning: (message) => warnings.push(message) });
  return { registry, split: (metric) => (split as Split & ((metric: unknown) => unknown))(metric) as Loose, warnings };
}

const own = { name: 'own', help: 'Of the application', labelNames: ['table'] };

test('a gauge is recorded as before', async () => {
  const { registry, split, warnings } = setup();
  const gauge = split(new Gauge({ ...own, registers: [registry] }));
  expect(warnings).toEqual([expect.stringContaining('this is a gauge')]);

  gauge.inc?.({ table: 'a' });
  gauge.set?.({ table: 'b' }, 5);
  (gauge.child?.({ table: 'b' }) as Loose).dec?.(2);
  gauge.zero?.({ table: 'c' });

  expect(sum(await readMetrics(registry), 'own', { table: 'a' })).toBe(1);
  expect(sum(await readMetrics(registry), 'own', { table: 'b' })).toBe(3);
});

test('a summary loses no value', async () => {
  const { registry, split, warnings } = setup();
  const summary = split(new Summary({ ...own, registers: [registry] }));
  expect(warnings).toEqual([expect.stringContaining('this is a summary')]);

  summary.observe?.({ table: 'a' }, 1);
  summary.observeFor?.([], { table: 'a' }, 2);
  (summary.child?.({ table: 'a' }) as Loose).observe?.(4);

  expect(sum(await readMetrics(registry), 'own_count')).toBe(3);
  expect(sum(await readMetrics(registry), 'own_sum')).toBe(7);
});

test('metrics of another major version of prom-client are recorded as before', async () => {
  const { registry, split, warnings } = setup();
  const registers = [registry as never];
  const counter = split(new Counter14({ ...own, name: 'rows_total', registers }));
  const histogram = split(new Histogram14({ ...own, name: 'query_seconds', registers }));
  expect(warnings).toEqual([expect.stringContaining('another major version')]);

  counter.inc?.({ table: 'a' }, 2);
  counter.incFor?.([], { table: 'a' }, 3);
  histogram.observe?.({ table: 'a' }, 1);

  const samples = await readMetrics(registry);
  expect(sum(samples, 'rows_total')).toBe(5);
  expect(sum(samples, 'query_seconds_count')).toBe(1);
});

test.each([undefined, null, 5, 'rows', {}, []])('%p is refused, and calls come to nothing', (thing) => {
  const { split, warnings } = setup();
  const nothing = split(thing);

  expect(warnings).toEqual([
    expect.stringMatching(/can be split, and this is (no metric|a metric of another library)/),
  ]);
  expect(() => {
    nothing.inc?.({}, 1);
    nothing.observe?.({}, 1);
    nothing.incFor?.([], {}, 1);
    (nothing.child?.({}) as Loose).observe?.(1);
  }).not.toThrow();
});

test('the reason is at hand when the metric is refused, and what can be split is', async () => {
  const { registry, split, warnings } = setup();
  const counter = split(new Counter({ ...own, name: 'rows_total', registers: [registry] }));
  const histogram = split(new Histogram({ ...own, registers: [registry] }));

  counter.inc?.({ table: 'a' });
  histogram.observe?.({ table: 'a' }, 1);

  expect(warnings).toEqual([]);
  expect(sum(await readMetrics(registry), 'rows_total')).toBe(1);
});
