import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import type { InstrumentationOptions } from '../options.js';
import { matching, readMetrics, sum, type Sample } from '../testing/readMetrics.js';

const FLAGS = [
  { key: 'checkout-v2', variants: ['off', 'on'] },
  { key: 'search', variants: ['a', 'b'] },
];

function setup(options: Partial<InstrumentationOptions> = {}) {
  const registry = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({
    registry,
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  return { registry, warnings, instrumentation };
}

/** A histogram and a counter of an application's. */
function own(registry: Registry) {
  const histogram = new Histogram({
    name: 'query_seconds',
    help: 'Duration of queries.',
    labelNames: ['table', 'ok'],
    buckets: [0.1, 1],
    registers: [registry],
  });
  const counter = new Counter({ name: 'rows_total', help: 'Rows', labelNames: ['table'], registers: [registry] });
  return { histogram, counter };
}

/** Runs work inside of a request that has evaluated these flags. */
function during({ requests }: Instrumentation, evaluated: Record<string, string>, work: () => void): void {
  requests.run(requests.begin(), () => {
    for (const [flag, variant] of Object.entries(evaluated)) {
      requests.tag(flag, () => variant);
    }
    work();
  });
}

function nonZero(samples: readonly Sample[], name: string): Array<[string, number]> {
  return matching(samples, name)
    .filter(({ value }) => value > 0)
    .map(({ labels, value }) => [Object.values(labels).join(' '), value]);
}

test('the metric itself gets each value once, and the twin once for each evaluated flag', async () => {
  const { registry, instrumentation } = setup();
  const { histogram, counter } = own(registry);
  const alone = new Registry();
  const unsplit = own(alone);
  const queries = instrumentation.split(histogram);
  const rows = instrumentation.split(counter);
  const query = (evaluated: Record<string, string>, seconds: number) => {
    during(instrumentation, evaluated, () => {
      queries.observe({ table: 'items', ok: 'yes' }, seconds);
      rows.inc({ table: 'items' }, 10);
      rows.inc({ table: 'items' });
    });
    unsplit.histogram.observe({ table: 'items', ok: 'yes' }, seconds);
    unsplit.counter.inc({ table: 'items' }, 11);
  };

  query({}, 0.05);
  query({ 'checkout-v2': 'on' }, 0.5);
  query({ 'checkout-v2': 'off', search: 'b' }, 5);

  for (const name of ['query_seconds', 'rows_total']) {
    expect(await registry.getSingleMetricAsString(name)).toBe(await alone.getSingleMetricAsString(name));
  }
  const samples = await readMetrics(registry);
  expect(nonZero(samples, 'feature_flag_query_seconds_sum')).toEqual([
    ['checkout-v2 on items yes', 0.5],
    ['checkout-v2 off items yes', 5],
    ['search b items yes', 5],
  ]);
  expect(nonZero(samples, 'feature_flag_rows_total')).toEqual([
    ['checkout-v2 on items', 11],
    ['checkout-v2 off items', 11],
    ['search b items', 11],
  ]);
  // The twin's buckets are the metric's own.
  expect(
    matching(samples, 'feature_flag_query_seconds_bucket', { feature_flag_variant: 'on' }).map(({ labels, value }) => [
      labels.le,
      value,
    ])
  ).toEqual([
    ['0.1', 0],
    ['1', 1],
    ['+Inf', 1],
  ]);
});

test('a child is kept: it records with the flags of whatever work it is called in', async () => {
  const { registry, instrumentation } = setup();
  const { histogram, counter } = own(registry);
  const queries = instrumentation.split(histogram).child({ table: 'items' });
  const rows = instrumentation.split(counter).child({ table: 'items' });

  for (const variant of ['on', 'off', 'on']) {
    during(instrumentation, { 'checkout-v2': variant }, () => {
      queries.observe(0.5);
      rows.inc(2);
    });
  }
  queries.observe(0.5);

  const samples = await readMetrics(registry);
  expect(sum(samples, 'query_seconds_count')).toBe(4);
  expect(sum(samples, 'rows_total')).toBe(6);
  expect(nonZero(samples, 'feature_flag_query_seconds_count')).toEqual([
    ['checkout-v2 on items', 2],
    ['checkout-v2 off items', 1],
  ]);
  expect(nonZero(samples, 'feature_flag_rows_total')).toEqual([
    ['checkout-v2 on items', 4],
    ['checkout-v2 off items', 2],
  ]);
});

describe('series start at zero', () => {
  const keys = (samples: Sample[], name: string) =>
    matching(samples, name).map(({ labels, value }) => `${Object.values(labels).join(' ')} ${String(value)}`);

  test('for each registered flag and variant, as soon as the labels are known', async () => {
    const { registry, instrumentation } = setup({ flags: FLAGS });
    const { histogram, counter } = own(registry);

    instrumentation.split(histogram).zero({ table: 'items' });
    instrumentation.split(counter).child({ table: 'items' });

    const samples = await readMetrics(registry);
    const expected = ['checkout-v2 off', 'checkout-v2 on', 'search a', 'search b'].map((tag) => `${tag} items 0`);
    expect(keys(samples, 'feature_flag_query_seconds_count')).toEqual(expected);
    expect(keys(samples, 'feature_flag_rows_total')).toEqual(expected);
    expect(matching(samples, 'feature_flag_query_seconds_bucket')).toHaveLength(12);
  });

  test('for flags and variants that are registered later, for the labels that are known by then', async () => {
    const { registry, instrumentation } = setup();
    instrumentation.split(own(registry).counter).inc({ table: 'items' });

    instrumentation.registerFlags([{ key: 'search', variants: ['a'] }]);
    instrumentation.registerFlags([{ key: 'search', variants: ['a', 'b'] }]);

    expect(keys(await readMetrics(registry), 'feature_flag_rows_total')).toEqual([
      'search a items 0',
      'search b items 0',
    ]);
  });

  test('for the named flags alone, where the code evaluates no others', async () => {
    const { registry, instrumentation } = setup({ flags: FLAGS });
    instrumentation.split(own(registry).counter, { flags: ['search'] }).inc({ table: 'items' });
    instrumentation.registerFlags([{ key: 'third', variants: ['x'] }]);

    expect(keys(await readMetrics(registry), 'feature_flag_rows_total')).toEqual([
      'search a items 0',
      'search b items 0',
    ]);
  });

  test('for flags that begin to be watched, and not before', async () => {
    const { registry, instrumentation } = setup({ flags: FLAGS, collection: 'watched' });
    instrumentation.split(own(registry).counter).inc({ table: 'items' });
    expect(keys(await readMetrics(registry), 'feature_flag_rows_total')).toEqual([]);

    instrumentation.watch('search');

    expect(keys(await readMetrics(registry), 'feature_flag_rows_total')).toEqual([
      'search a items 0',
      'search b items 0',
    ]);
  });

  test('up to the limit, with a warning', async () => {
    const { registry, instrumentation, warnings } = setup({ flags: FLAGS, limits: { initialisedSeries: 3 } });
    const rows = instrumentation.split(own(registry).counter);

    rows.inc({ table: 'items' });
    during(instrumentation, { search: 'b' }, () => rows.inc({ table: 'items' }));

    const samples = await readMetrics(registry);
    expect(matching(samples, 'feature_flag_rows_total')).toHaveLength(4);
    expect(sum(samples, 'feature_flag_rows_total', { feature_flag_variant: 'b' })).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('more than 3 series')]);
  });
});

describe('names', () => {
  test.each([
    ['rows_total', undefined, 'feature_flag_rows_total'],
    ['rows', undefined, 'feature_flag_rows_total'],
    ['rows_total', 'split_rows_total', 'split_rows_total'],
  ])('the twin of %s, named %s, is %s', (name, wanted, expected) => {
    const { registry, instrumentation } = setup();
    const counter = new Counter({ name, help: 'Rows', registers: [registry] });

    instrumentation.split(counter, { name: wanted });

    expect(registry.getSingleMetric(expected)).toBeDefined();
  });

  test('a registry that has spoken OpenMetrics has cut a counter’s suffix off; the twin has its own all the same', async () => {
    const { registry, instrumentation } = setup();
    const { counter } = own(registry);
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    await registry.metrics();

    const rows = instrumentation.split(counter);
    during(instrumentation, { search: 'b' }, () => rows.inc({ table: 'items' }));

    expect(await registry.metrics()).toContain(
      'feature_flag_rows_total{feature_flag_key="search",feature_flag_variant="b",table="items"} 1\n'
    );
  });

  test('the help text says what must not be done', async () => {
    const { registry, instrumentation } = setup();
    instrumentation.split(own(registry).histogram);
    expect(await registry.getSingleMetricAsString('feature_flag_query_seconds')).toContain(
      '# HELP feature_flag_query_seconds Duration of queries, once for each flag that the work evaluated: never sum across flags'
    );
  });

  test('splitting a metric again answers the same, also through a second instrumentation’s twin', async () => {
    const { registry, instrumentation, warnings } = setup();
    const { counter } = own(registry);
    const second = createInstrumentation({ registry, onWarning: (message) => warnings.push(message) });

    expect(instrumentation.split(counter)).toBe(instrumentation.split(counter));
    for (const one of [instrumentation, second]) {
      during(one, { search: 'b' }, () => one.split(counter).inc({ table: 'items' }));
    }

    const samples = await readMetrics(registry);
    expect([sum(samples, 'rows_total'), sum(samples, 'feature_flag_rows_total')]).toEqual([2, 2]);
    expect(warnings).toEqual([]);
  });

  test.each(['feature_flag_key', 'feature_flag_variant'])(
    'a metric that has the label %s itself is recorded as before, and not split',
    async (label) => {
      const { registry, instrumentation, warnings } = setup({ flags: FLAGS });
      const counter = new Counter({ name: 'mine_total', help: 'Mine', labelNames: [label], registers: [registry] });
      const histogram = new Histogram({ name: 'mine', help: 'Mine', labelNames: [label], registers: [registry] });

      during(instrumentation, { search: 'b' }, () => {
        instrumentation.split(counter).inc({ [label]: 'x' });
        instrumentation.split(histogram).observe({ [label]: 'x' }, 1);
      });

      const samples = await readMetrics(registry);
      expect([sum(samples, 'mine_total'), sum(samples, 'mine_count')]).toEqual([1, 1]);
      expect(registry.getSingleMetric('feature_flag_mine_total')).toBeUndefined();
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toContain(`has the label "${label}" of its own`);
    }
  );
});

describe('nothing is thrown into the application', () => {
  test.each([Number.NaN, -1, Infinity])('by the value %s, which neither metric takes', async (value) => {
    const { registry, instrumentation } = setup();
    const { histogram, counter } = own(registry);

    instrumentation.split(histogram).observe({ table: 'items' }, value);
    instrumentation.split(counter).inc({ table: 'items' }, value);
    instrumentation.split(counter).inc({ table: 'items' }, 3);

    const samples = await readMetrics(registry);
    expect([sum(samples, 'rows_total'), sum(samples, 'query_seconds_count')]).toEqual([3, 0]);
    expect(sum(samples, METRICS.refused, { metric: 'feature_flag_rows_total' })).toBe(1);
    expect(sum(samples, METRICS.refused, { metric: 'feature_flag_query_seconds' })).toBe(1);
  });

  test('by labels that the metric does not have, or by a metric that cannot be split', async () => {
    const { registry, instrumentation, warnings } = setup();
    const { histogram, counter } = own(registry);
    const wrong = { nonsense: 'x' } as never;

    instrumentation.split(histogram).observe(wrong, 1);
    instrumentation.split(histogram).child(wrong).observe(1);
    instrumentation.split(counter).inc(wrong);
    const gauge = new Gauge({ name: 'g', help: 'g', registers: [registry] });
    instrumentation.split(gauge as never).observe({}, 1);

    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.internalErrors)).toBe(4);
    expect(warnings).toEqual([
      expect.stringContaining('SplitHistogram.child failed: the label "nonsense"'),
      expect.stringContaining('SplitCounter.child failed: the label "nonsense"'),
      expect.stringContaining('only histograms and counters'),
    ]);
  });
});

test('a metric whose twin cannot have the name that was asked for is recorded as before', async () => {
  const { registry, instrumentation, warnings } = setup();
  const { histogram, counter } = own(registry);

  instrumentation.split(histogram, { name: 'query seconds' }).observe({ table: 'items' }, 1);
  instrumentation.split(counter, { name: 'rows-by-flag' }).inc({ table: 'items' }, 2);

  const samples = await readMetrics(registry);
  expect(sum(samples, 'query_seconds_count')).toBe(1);
  expect(sum(samples, 'rows_total')).toBe(2);
  expect(warnings).toEqual(
    ['query seconds', 'rows-by-flag_total'].flatMap((name): unknown[] => [
      expect.stringContaining(`the metric "${name}" could not be registered`),
      expect.stringContaining(`"${name}" is not a valid metric name`),
    ])
  );
});

describe('hostile label values', () => {
  test('fold in the twin beyond the limit, each time counted, while the metric itself is recorded as before', async () => {
    const { registry, instrumentation } = setup({ limits: { labelValues: 2 } });
    const rows = instrumentation.split(own(registry).counter);

    during(instrumentation, { search: 'b' }, () => {
      for (const table of ['a', 'b', 'c', 'd', 'a', 'c']) {
        rows.inc({ table });
      }
    });

    const samples = await readMetrics(registry);
    expect(matching(samples, 'rows_total')).toHaveLength(4);
    expect(nonZero(samples, 'feature_flag_rows_total')).toEqual([
      ['search b a', 2],
      ['search b b', 1],
      ['search b other', 3],
    ]);
    expect(sum(samples, METRICS.folded, { label: 'table' })).toBe(3);
  });

  test('texts of a megabyte are cut, by whole characters', async () => {
    const { registry, instrumentation } = setup({ limits: { valueLength: 10 } });
    const { histogram } = own(registry);
    const queries = instrumentation.split(histogram);

    during(instrumentation, { ['k'.repeat(1_000_000)]: 'v'.repeat(1_000_000) }, () =>
      queries.observe({ table: '😀'.repeat(500_000) }, 1)
    );

    const samples = matching(await readMetrics(registry), 'feature_flag_query_seconds_count');
    expect(samples).toHaveLength(1);
    const labels = samples[0]?.labels ?? {};
    expect(Object.keys(labels).sort()).toEqual(['feature_flag_key', 'feature_flag_variant', 'table']);
    expect(labels.feature_flag_key).toMatch(/^k~[\da-f]{8}$/);
    expect(labels.feature_flag_variant).toMatch(/^v~[\da-f]{8}$/);
    expect(labels.table).toMatch(/^😀~[\da-f]{8}$/u);
  });

  test('of 10,000 flag keys and 10,000 combinations of labels, the twin keeps as many as the limits say', async () => {
    const { registry, instrumentation } = setup({ limits: { flags: 50, labelSets: 30 } });
    const counter = new Counter({
      name: 'hits_total',
      help: 'Hits',
      labelNames: ['a', 'b'],
      registers: [new Registry()],
    });
    const hits = instrumentation.split(counter);

    for (let i = 0; i < 10_000; i++) {
      during(instrumentation, { [`flag-${String(i)}`]: 'on' }, () =>
        hits.inc({ a: String(i % 100), b: String(Math.floor(i / 100)) })
      );
    }

    const samples = await readMetrics(registry);
    expect(matching(samples, 'feature_flag_hits_total').length).toBeLessThanOrEqual(51 * 31);
    expect(sum(samples, 'feature_flag_hits_total')).toBe(10_000);
    expect(sum(samples, METRICS.folded, { label: 'feature_flag_key' })).toBe(9950);
    expect(sum(samples, METRICS.folded, { label: 'b' })).toBe(9970);
  });
});
