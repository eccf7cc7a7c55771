import { Counter, Registry, register as globalRegistry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation.js';
import { TEST_FLAGS } from '../testing/openFeature.js';
import { readMetrics, sum } from '../testing/readMetrics.js';
import { MetricFactory } from './MetricFactory.js';

function setup() {
  const registry = new Registry();
  const warnings: string[] = [];
  const factory = () => new MetricFactory(registry, (message) => warnings.push(message));
  return { registry, warnings, factory };
}

test('a second instrumentation on the registry shares its metrics', async () => {
  const { registry, warnings, factory } = setup();
  const config = { name: 'work_total', help: 'Work', labelNames: ['kind'] };

  factory().seriesCounter(config).inc({ kind: 'a' });
  factory().seriesCounter(config).inc({ kind: 'a' });

  expect(sum(await readMetrics(registry), 'work_total')).toBe(2);
  expect(warnings).toEqual([]);
});

test.each<[string, (factory: MetricFactory) => void, RegExp]>([
  [
    'other labels',
    (factory) => factory.seriesCounter({ name: 'work_total', help: 'Work', labelNames: ['other'] }).inc({ other: 'x' }),
    /other labels, or of another kind/,
  ],
  [
    'another kind',
    (factory) => factory.seriesGauge({ name: 'work_total', help: 'Work', labelNames: ['kind'] }).set({ kind: 'a' }, 99),
    /other labels, or of another kind/,
  ],
])('a metric of the same name with %s is not exposed, and reported', async (_name, second, reported) => {
  const { registry, warnings, factory } = setup();
  factory()
    .seriesCounter({ name: 'work_total', help: 'Work', labelNames: ['kind'] })
    .inc({ kind: 'a' });

  second(factory());

  expect(await registry.getSingleMetricAsString('work_total')).toBe(
    '# HELP work_total Work\n# TYPE work_total counter\nwork_total{kind="a"} 1'
  );
  expect(warnings).toEqual([expect.stringMatching(reported)]);
});

test('a histogram of the same name keeps its buckets', async () => {
  const { registry, warnings, factory } = setup();
  const config = { name: 'work_seconds', help: 'Work' };
  factory().histogram(config, [1, 2]);

  factory().histogram(config, [5]).observe({}, 1.5);

  expect(await registry.getSingleMetricAsString('work_seconds')).toContain('work_seconds_bucket{le="2"} 1');
  expect(warnings).toEqual([expect.stringContaining('other buckets')]);
});

test('a name that the application has taken stays the application’s', async () => {
  const { registry, warnings, factory } = setup();
  new Counter({ name: 'work_total', help: 'Theirs', registers: [registry] }).inc(5);

  factory().seriesCounter({ name: 'work_total', help: 'Work' }).inc({});

  expect(sum(await readMetrics(registry), 'work_total')).toBe(5);
  expect(warnings).toEqual([expect.stringContaining("application's own")]);
});

test('after the application has cleared its registry, metrics are registered anew', async () => {
  const { registry, factory } = setup();
  factory().seriesCounter({ name: 'work_total', help: 'Work' }).inc({}, 7);
  registry.clear();

  factory().seriesCounter({ name: 'work_total', help: 'Work' }).inc({});

  expect(sum(await readMetrics(registry), 'work_total')).toBe(1);
});

test('nothing is ever put into the global registry unless it is given', () => {
  const { registry } = setup();

  const { requests, split } = createInstrumentation({ registry, flags: TEST_FLAGS, providerName: 'in-memory' });
  requests.begin().finish({ method: 'GET', route: '/', status: 200 });
  split(new Counter({ name: 'work_total', help: 'Work', registers: [registry] })).inc({});

  expect(registry.getSingleMetric('feature_flag_work_total')).toBeDefined();
  expect(globalRegistry.getMetricsAsArray()).toEqual([]);
});

test.each(['not a name', '', '1st', 'a-b'])(
  'the metric name "%s" is refused before a scrape can fail by it',
  (name) => {
    const { factory } = setup();
    expect(() => factory().seriesCounter({ name, help: 'Work' })).toThrow('not a valid metric name');
  }
);

test.each([['le'], ['__name'], ['a-b'], ['']])('a histogram refuses the label name "%s"', (label) => {
  const { factory } = setup();
  expect(() => factory().histogram({ name: 'work_seconds', help: 'Work', labelNames: [label] }, [1])).toThrow(
    'not a valid label name'
  );
});

test('a label name that is there twice is refused: Prometheus drops the whole scrape for it', () => {
  const { factory } = setup();
  expect(() => factory().seriesCounter({ name: 'work_total', help: 'Work', labelNames: ['a', 'a'] })).toThrow('twice');
});
