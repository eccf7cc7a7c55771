import { Counter, Gauge, Histogram, Registry, Summary, type OpenMetricsContentType } from 'prom-client';
import { renderExposition, takeSnapshot, type MetricsRegistry } from './exposition.js';
import type { Format } from './negotiate.js';

async function render(registry: MetricsRegistry, format: Format): Promise<string> {
  return renderExposition(await takeSnapshot(registry), format);
}

/** One metric of each kind, with what is hard about it. */
function filled<R extends MetricsRegistry>(registry: R): R {
  const registers = [registry as Registry];
  new Counter({ name: 'orders_total', help: 'Orders', labelNames: ['kind'], registers }).inc({ kind: 'a "b"\n\\' }, 3);
  new Counter({ name: 'read_bytes_total', help: 'A "quoted" text, \\ and\na line', registers }).inc(7);
  new Gauge({ name: 'queue_length', help: 'Queued', registers }).set(-1.5);
  const histogram = new Histogram<'route' | 'trace_id'>({
    name: 'work_duration_seconds',
    help: 'Work',
    labelNames: ['route'],
    buckets: [0.5, 1],
    enableExemplars: true,
    registers: [],
  });
  // prom-client checks only at creation that a registry for text gets no exemplars; the library's own histograms have them.
  registry.registerMetric(histogram);
  histogram.observe({ labels: { route: '/a' }, value: 0.7, exemplarLabels: { trace_id: 'abc' } });
  new Summary({ name: 'size_bytes', help: 'Sizes', percentiles: [0.5], registers }).observe(10);
  return registry;
}

const SAMPLES = [
  'orders_total{kind="a \\"b\\"\\n\\\\"} 3',
  'read_bytes_total 7',
  'queue_length -1.5',
  'work_duration_seconds_bucket{le="0.5",route="/a"} 0',
  'work_duration_seconds_bucket{le="1",route="/a"} 1',
  'work_duration_seconds_bucket{le="+Inf",route="/a"} 1',
  'work_duration_seconds_sum{route="/a"} 0.7',
  'work_duration_seconds_count{route="/a"} 1',
  'size_bytes{quantile="0.5"} 10',
  'size_bytes_sum 10',
  'size_bytes_count 1',
];

/** The lines that are samples, without their exemplars. */
function samplesOf(exposition: string): string[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ # \{.*$/, ''));
}

function openRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

const registries: Array<[string, () => MetricsRegistry]> = [
  ['text', () => filled(new Registry())],
  ['OpenMetrics', () => filled(openRegistry())],
];

describe.each(registries)('a registry made for %s', (_name, make) => {
  test('has the same samples in both formats, before and after the other', async () => {
    const registry = make();
    for (const format of ['text', 'openmetrics', 'text', 'openmetrics'] as const) {
      expect(samplesOf(await render(registry, format))).toEqual(SAMPLES);
    }
    const both = await Promise.all([render(registry, 'openmetrics'), render(registry, 'text')]);
    expect(both.map(samplesOf)).toEqual([SAMPLES, SAMPLES]);
  });

  test('has exemplars, units and an end in OpenMetrics only', async () => {
    const registry = make();
    const open = await render(registry, 'openmetrics');
    const text = await render(registry, 'text');

    expect(open).toMatch(/^work_duration_seconds_bucket\{le="1",route="\/a"\} 1 # \{trace_id="abc"\} 0\.7 \d+\.\d+$/m);
    expect(open.match(/^# UNIT .*$/gm)).toEqual([
      '# UNIT read_bytes bytes',
      '# UNIT work_duration_seconds seconds',
      '# UNIT size_bytes bytes',
    ]);
    expect(open.endsWith('\n# EOF\n')).toBe(true);
    expect(text).not.toMatch(/trace_id|# UNIT|# EOF/);
  });

  test('names its families and escapes their help as each format wants it', async () => {
    const registry = make();

    expect(await render(registry, 'openmetrics')).toContain(
      '# HELP read_bytes A \\"quoted\\" text, \\\\ and\\na line\n# UNIT read_bytes bytes\n# TYPE read_bytes counter\n'
    );
    expect(await render(registry, 'text')).toContain(
      '# HELP read_bytes_total A "quoted" text, \\\\ and\\na line\n# TYPE read_bytes_total counter\n'
    );
  });
});

test('the registry itself is left as it was', async () => {
  const registry = filled(new Registry());
  const before = await registry.metrics();

  await render(registry, 'openmetrics');

  expect(registry.contentType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
  expect(await registry.metrics()).toBe(before);
  expect(registry.getSingleMetric('orders_total')).toBeInstanceOf(Counter);
});

test('labels that the registry adds to all metrics are there in both formats', async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ app: 'shop' });
  new Counter({ name: 'orders_total', help: 'Orders', registers: [registry] }).inc();

  for (const format of ['text', 'openmetrics'] as const) {
    expect(samplesOf(await render(registry, format))).toEqual(['orders_total{app="shop"} 1']);
  }
});

test('a counter without _total, or beside a metric of its name, is of unknown type in OpenMetrics and keeps its name', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'orders', help: 'Orders', registers }).inc();
  new Counter({ name: 'mails_total', help: 'Mails', registers }).inc(2);
  new Gauge({ name: 'mails', help: 'Mails now', registers }).set(1);

  const open = await render(registry, 'openmetrics');

  expect(samplesOf(open)).toEqual(['orders 1', 'mails_total 2', 'mails 1']);
  expect(open.match(/^# TYPE .*$/gm)).toEqual([
    '# TYPE orders unknown',
    '# TYPE mails_total unknown',
    '# TYPE mails gauge',
  ]);
});

test('an empty registry is an empty exposition', async () => {
  expect(await render(new Registry(), 'openmetrics')).toBe('# EOF\n');
  expect(await render(new Registry(), 'text')).toBe('');
});

test('a long metric is rendered in slices between which other work has its turn, and is complete', async () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'orders_total', help: 'Orders', labelNames: ['id'], registers: [registry] });
  for (let i = 0; i < 20_000; i++) {
    counter.inc({ id: String(i) });
  }
  const snapshot = await takeSnapshot(registry);
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);

  const open = await renderExposition(snapshot, 'openmetrics');

  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
  expect(samplesOf(open)).toEqual(Array.from({ length: 20_000 }, (_, i) => `orders_total{id="${String(i)}"} 1`));
  expect(open.match(/^# (HELP|TYPE)/gm)).toHaveLength(2);
});
