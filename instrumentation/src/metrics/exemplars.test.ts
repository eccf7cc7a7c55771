import { Histogram, Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { readMetrics, sum } from '../testing/readMetrics.js';

const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const EXEMPLAR = / # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} (\S+) (\d+(?:\.\d+)?)$/;

function openMetrics(): Registry {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return registry;
}

function setup(registry: Registry, exemplar: () => Record<string, string> | undefined) {
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({ registry, exemplar, onWarning: (message) => warnings.push(message) });
  const { requests } = instrumentation;
  const serve = (): void => {
    const record = requests.begin();
    requests.run(record, () => requests.tag('search', () => 'a'));
    record.finish({ method: 'GET', route: '/', status: 200 });
  };
  return { instrumentation, serve, warnings };
}

async function bucketLines(registry: Registry, name: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}_bucket{`));
}

test.each([METRICS.requestDuration, METRICS.flagRequestDuration])(
  'the bucket of %s that a request falls in names its trace, with value and time',
  async (name) => {
    const registry = openMetrics();
    const { serve } = setup(registry, () => TRACE);
    const before = Date.now() / 1000;

    serve();

    const lines = await bucketLines(registry, name);
    const found = lines.map((line) => EXEMPLAR.exec(line)).filter((match) => match !== null);
    expect(found).toHaveLength(1);
    const [value, time] = (found[0] ?? []).slice(1).map(Number);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(10);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now() / 1000);
  }
);

test('the last exemplar of a bucket stays, and an observation without a trace leaves it', async () => {
  const registry = openMetrics();
  const traces = [{ trace_id: 'first' }, { trace_id: 'second' }, undefined];
  const { serve } = setup(registry, () => traces.shift());

  serve();
  serve();
  serve();

  const lines = await bucketLines(registry, METRICS.requestDuration);
  expect(lines.filter((line) => line.includes(' # ')).join()).toMatch(/trace_id="second"/);
  expect(lines.join()).not.toContain('first');
});

test('text format has none: a scrape with exemplars fails as a whole there', async () => {
  const registry = new Registry();
  const { serve } = setup(registry, () => TRACE);

  serve();

  expect(await registry.metrics()).not.toContain('trace_id');
});

test.each<[string, Record<string, string>]>([
  ['longer than OpenMetrics takes', { trace_id: 'x'.repeat(121) }],
  ['with a label name that is none', { 'trace.id': 'x' }],
  ['empty', {}],
])('labels that are %s are left out', async (_name, labels) => {
  const registry = openMetrics();
  const { serve } = setup(registry, () => labels);

  serve();

  const lines = await bucketLines(registry, METRICS.requestDuration);
  expect(lines.some((line) => line.includes(' # '))).toBe(false);
  expect(lines.at(-1)).toMatch(/ 1$/);
});

test('a source that throws costs the exemplar, not the observation', async () => {
  const registry = new Registry();
  const { serve, warnings } = setup(registry, () => {
    throw new Error('no span');
  });

  serve();

  const samples = await readMetrics(registry);
  expect(sum(samples, `${METRICS.requestDuration}_count`)).toBe(1);
  expect(sum(samples, `${METRICS.flagRequestDuration}_count`)).toBe(1);
  expect(sum(samples, METRICS.internalErrors, { site: 'exemplar' })).toBe(1);
  expect(warnings).toEqual([expect.stringContaining('exemplar failed: Error at ')]);
});

test('an application’s histogram that takes exemplars gets them, and one that does not is observed as before', async () => {
  const registry = openMetrics();
  const { instrumentation } = setup(registry, () => TRACE);
  const config = { help: 'Duration', labelNames: ['table'], buckets: [1], registers: [registry] };
  const taking = new Histogram({ ...config, name: 'taking_seconds', enableExemplars: true });
  const plain = new Histogram({ ...config, name: 'plain_seconds' });

  instrumentation.split(taking).observe({ table: 'items' }, 0.5);
  instrumentation.split(plain).observe({ table: 'items' }, 0.5);

  const [taken] = await bucketLines(registry, 'taking_seconds');
  expect(taken).toMatch(/^taking_seconds_bucket\{le="1",table="items"\} 1 # \{/);
  expect((await bucketLines(registry, 'plain_seconds'))[0]).toBe('plain_seconds_bucket{le="1",table="items"} 1');
});
