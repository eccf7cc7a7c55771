import { Counter, Gauge, Histogram, Registry, Summary, collectDefaultMetrics, type Metric } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import type { InstrumentationOptions } from '../options.js';
import { TEST_FLAGS } from '../testing/openFeature.js';
import { matching, parseMetrics, readMetrics, sum } from '../testing/readMetrics.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

function instrument(registry: Registry, options: Partial<InstrumentationOptions> = {}) {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  return { warnings, instrumentation: createInstrumentation({ registry, flags: TEST_FLAGS, onWarning, ...options }) };
}

/** Names of prom-client's metrics of the process. */
const OF_PROCESS = /^(process|nodejs)_/;

/** Makes every metric that the library has; those of the process unless `ofProcess` is false. */
function withEverything(registry: Registry, ofProcess = true) {
  const { warnings, instrumentation } = instrument(registry, {
    providerName: 'in-memory',
    evaluationNames: 'both',
    routes: [{ method: 'GET', route: '/cart' }],
    allocation: () => ({ off: 0.5, on: 0.5 }),
    layers: { instance: { 'checkout-v2': 'on' } },
    events: {
      definitions: {
        cart_viewed: { layer: 'user', values: { size: { unit: 'items', metric: 'histogram', buckets: [1] } } },
        offer_shown: { kind: 'exposure' },
        order_completed: { kind: 'revenue', amount: 'amount', currency: 'currency', currencies: ['EUR'] },
        plan_chosen: { kind: 'conversion' },
        link_clicked: { kind: 'engagement', target: 'target', targets: ['top'] },
      },
      funnels: { checkout: { steps: ['cart_viewed', 'order_completed'] } },
    },
  });
  const { layers, requests } = instrumentation;
  requests.streams.begun({ method: 'GET', route: '/events' });
  if (ofProcess) {
    layers.process();
  }
  layers.cache('products');
  layers.retry('charge');
  layers.failover('payment', { targets: ['a', 'b'] });
  layers.pool('db', { max: () => 4, waiting: () => 0, size: () => 1, idle: () => 1 });
  layers.strategy('price', { strategies: ['old', 'new'] });
  layers.database('shop', { operations: ['read'] });
  layers.queue('mails', { lag: () => 3 });
  layers.section('price');
  instrumentation.split(new Counter({ name: 'work_total', help: 'Work', registers: [registry] })).inc({});
  return { warnings, instrumentation };
}

function names(registry: Registry): string[] {
  return registry.getMetricsAsArray().map((metric) => (metric as unknown as { name: string }).name);
}

/** A request that evaluated the flag. */
function serve({ requests }: Instrumentation): void {
  const record = requests.begin();
  requests.run(record, () => requests.tag('checkout-v2', () => 'on'));
  record.finish({ method: 'GET', route: '/cart', status: 200 });
}

/** What another might register under a name, with labels of its own. */
const KINDS: ReadonlyArray<readonly [string, (name: string, registry: Registry) => Metric]> = [
  ['gauge', (name, registry) => new Gauge({ name, help: 'theirs', labelNames: ['theirs'], registers: [registry] })],
  ['counter', (name, registry) => new Counter({ name, help: 'theirs', labelNames: ['theirs'], registers: [registry] })],
  [
    'histogram',
    (name, registry) =>
      new Histogram({ name, help: 'theirs', labelNames: ['theirs'], buckets: [3], registers: [registry] }),
  ],
  ['summary', (name, registry) => new Summary({ name, help: 'theirs', labelNames: ['theirs'], registers: [registry] })],
];

const ALL = (() => {
  const registry = new Registry();
  withEverything(registry);
  return names(registry).filter((name) => name !== 'work_total');
})();

test('the list of names is the whole: of requests, evaluations, events, layers, the process and the library itself', () => {
  for (const name of [...Object.values(METRICS), 'feature_flag_work_total', 'revenue_total', 'nodejs_version_info']) {
    expect(ALL).toContain(name);
  }
  expect(ALL.length).toBeGreaterThan(90);
});

/** Each name, with one of the kinds by turns. */
const TAKEN = ALL.flatMap((name, index) =>
  KINDS.filter((_kind, turn) => turn === index % KINDS.length).map(([kind, make]) => ({ name, kind, make }))
);

describe('a name that another registers', () => {
  test.each(TAKEN)('later: $name, as a $kind', async ({ name, make }) => {
    const registry = new Registry();
    const { warnings, instrumentation } = withEverything(registry, OF_PROCESS.test(name));
    serve(instrumentation);
    expect(warnings).toEqual([]);

    const theirs = make(name, registry);
    serve(instrumentation);

    expect(registry.getSingleMetric(name)).toBe(theirs);
    const text = await registry.metrics();
    expect(text.split('\n').filter((line) => line.startsWith(`# HELP ${name} `))).toEqual([`# HELP ${name} theirs`]);
    const samples = parseMetrics(text);
    if (name !== METRICS.flagRequestDuration) {
      expect(sum(samples, TAGGED)).toBe(2);
    }
    expect(sum(samples, METRICS.internalErrors)).toBe(0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(name.startsWith('feature_flag_') ? `"${name}"` : /^flaglens: .*\. /);
  });

  test.each(KINDS)('first is kept, all of them together, as a %s', async (_kind, make) => {
    const registry = new Registry();
    const theirs = ALL.map((name) => make(name, registry));
    const before = await registry.metrics();

    const { warnings, instrumentation } = withEverything(registry);
    serve(instrumentation);
    instrumentation.events.track('cart_viewed', { size: 2 });
    await instrumentation.events.flush();

    expect(ALL.map((name) => registry.getSingleMetric(name))).toEqual(theirs);
    expect((await registry.metrics()).startsWith(before.trimEnd())).toBe(true);
    // The process's are asked for by one name of theirs alone.
    for (const name of ALL.filter((each) => !OF_PROCESS.test(each))) {
      expect(warnings.filter((message) => message.includes(`"${name}"`))).toHaveLength(1);
    }
  });
});

describe('the name of the metric of requests', () => {
  test('is not found by who looks it up to record into it, while the scrape has it', async () => {
    const registry = new Registry();
    const { instrumentation } = instrument(registry);
    serve(instrumentation);

    const theirs =
      registry.getSingleMetric(METRICS.requestDuration) ??
      new Histogram({ name: METRICS.requestDuration, help: 'theirs', labelNames: ['code'], registers: [registry] });
    (theirs as Histogram<'code'>).observe({ code: 200 }, 1);

    expect(matching(await readMetrics(registry), UNTAGGED)).toEqual([
      { name: UNTAGGED, labels: { code: '200' }, value: 1 },
    ]);
  });

  test('is in the scrape from the start, and before the first request', async () => {
    const registry = new Registry();
    instrument(registry, { routes: [{ method: 'GET', route: '/cart' }] });
    expect(sum(await readMetrics(registry), UNTAGGED, { route: '/cart' })).toBe(0);
    expect(await registry.getSingleMetricAsString(METRICS.requestDuration)).toContain('route="/cart"');
  });

  test('that is lost is lost for a second instrumentation, too', async () => {
    const registry = new Registry();
    instrument(registry);
    const theirs = new Gauge({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] });

    const { warnings, instrumentation } = instrument(registry);
    serve(instrumentation);

    expect(registry.getSingleMetric(METRICS.requestDuration)).toBe(theirs);
    expect(sum(await readMetrics(registry), TAGGED)).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('requestMetric')]);
  });
});

test('two metrics of others still clash as they did', () => {
  const registry = new Registry();
  instrument(registry);
  new Gauge({ name: 'theirs', help: 'one', registers: [registry] });
  expect(() => new Gauge({ name: 'theirs', help: 'another', registers: [registry] })).toThrow(
    'already been registered'
  );
});

describe('the process', () => {
  test('is left to who collects its metrics later, all at once', async () => {
    const registry = new Registry();
    const { warnings, instrumentation } = instrument(registry);
    instrumentation.layers.process();
    const before = names(registry);

    collectDefaultMetrics({ register: registry });

    expect(names(registry).sort()).toEqual(before.sort());
    const samples = await readMetrics(registry);
    expect(sum(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(warnings).toEqual([expect.stringContaining('layers.process()')]);
  });

  test('has no metric that stays at zero because another has the one that its values come by', () => {
    const registry = new Registry();
    new Gauge({ name: 'nodejs_eventloop_lag_seconds', help: 'theirs', registers: [registry] });
    const { warnings, instrumentation } = instrument(registry);

    instrumentation.layers.process();

    expect(names(registry)).toContain('process_cpu_seconds_total');
    expect(names(registry).filter((name) => name.startsWith('nodejs_eventloop'))).toEqual([
      'nodejs_eventloop_lag_seconds',
    ]);
    expect(warnings).toEqual([expect.stringContaining('nodejs_eventloop_lag_p99_seconds')]);
  });
});

describe('a registry that is cleared', () => {
  test('by a library that starts later has everything again at the next request', async () => {
    const registry = new Registry();
    const { warnings, instrumentation } = instrument(registry, { providerName: 'in-memory' });
    serve(instrumentation);
    const before = names(registry).sort();

    registry.clear();
    expect(names(registry)).toEqual([]);
    serve(instrumentation);

    expect(names(registry).sort()).toEqual(before);
    expect(sum(await readMetrics(registry), TAGGED)).toBe(2);
    expect(warnings).toEqual([]);
  });

  test('keeps what others have registered since', async () => {
    const registry = new Registry();
    const { instrumentation } = instrument(registry);
    registry.clear();
    const theirs = new Gauge({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] });

    serve(instrumentation);

    expect(registry.getSingleMetric(METRICS.requestDuration)).toBe(theirs);
    expect(sum(await readMetrics(registry), TAGGED)).toBe(1);
  });

  test('belongs to the instrumentation that is made on it next, and starts at zero', async () => {
    const registry = new Registry();
    serve(instrument(registry).instrumentation);
    registry.clear();

    serve(instrument(registry).instrumentation);

    expect(sum(await readMetrics(registry), TAGGED)).toBe(1);
  });

  test('has its counters under their own names again, though it speaks OpenMetrics', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as unknown as typeof Registry.PROMETHEUS_CONTENT_TYPE);
    const { instrumentation } = instrument(registry);
    await registry.metrics();
    registry.clear();

    serve(instrumentation);

    expect(registry.getSingleMetric(METRICS.folded)).toBeDefined();
    expect(await registry.metrics()).toContain('flaglens_folded_total{label="route"} 0');
  });
});

test('the library loaded twice shares one set of metrics, which both give up', async () => {
  const registry = new Registry();
  const { warnings, instrumentation } = instrument(registry);
  const others: string[] = [];
  const both = [instrumentation];
  await jest.isolateModulesAsync(async () => {
    const copy = await import('../createInstrumentation.js');
    expect(copy.createInstrumentation).not.toBe(createInstrumentation);
    const onWarning = (message: string) => others.push(message);
    both.push(copy.createInstrumentation({ registry, flags: TEST_FLAGS, onWarning }));
  });
  both.forEach(serve);
  expect(sum(await readMetrics(registry), UNTAGGED)).toBe(2);

  const theirs = new Gauge({ name: METRICS.requestDuration, help: 'theirs', registers: [registry] });
  both.forEach(serve);

  expect(registry.getSingleMetric(METRICS.requestDuration)).toBe(theirs);
  expect(sum(await readMetrics(registry), TAGGED)).toBe(4);
  expect([...warnings, ...others]).toEqual([expect.stringContaining('requestMetric')]);
});
