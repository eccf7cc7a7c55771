import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInstrumentation, metricsHandler, type Instrumentation } from '@flaglens/instrumentation';
import { OpenFeature, TypedInMemoryProvider } from '@openfeature/server-sdk';
import { collectDefaultMetrics, Counter, Gauge, Registry, Summary } from 'prom-client';
import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { waitFor } from '../../scripts/lib/waitFor';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../scripts/start/stack';
import { askPrometheus, type Sample } from './support/askPrometheus';

const OPEN_METRICS = 'OpenMetricsText1.0.0';
const TEXT = 'PrometheusText0.0.4';

/** The service under test, with what it was asked for and answered. */
let server: Server;
let instrumentation: Instrumentation;
let prometheusUrl: string;
let folder: string;
const children = new ChildGroup();
const scrapes: Array<{ asked: IncomingHttpHeaders; type: string; encoding: unknown }> = [];

/** Metrics of the application, with what is hard about each format. */
function addApplicationMetrics(registry: Registry): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const orders = new Counter({ name: 'orders', help: 'A counter without _total', labelNames: ['kind'], registers });
  orders.inc({ kind: 'quoted "x", \\ and\nlines 😀' }, 3);
  new Counter({ name: 'sent_bytes_total', help: 'A "quoted" help, \\ and\nlines', registers }).inc(1.5e9);
  new Counter({ name: 'mails_total', help: 'Beside a gauge of its name', registers }).inc(2);
  new Gauge({ name: 'mails', help: 'Now', registers }).set(-0.25);
  new Gauge({ name: 'temperature_celsius', help: 'Not known', registers }).set(NaN);
  new Gauge({ name: 'limit', help: 'None', registers }).set(Infinity);
  new Summary({ name: 'answer_bytes', help: 'Sizes', percentiles: [0.5, 0.99], registers }).observe(10);
}

/** Units of work for both variants, some of which fail. */
async function work(): Promise<void> {
  const client = OpenFeature.getClient('scrape');
  for (let user = 0; user < 50; user++) {
    const unit = instrumentation.run({ route: 'job' }, async () => {
      await client.getBooleanValue('checkout-v2', false, { targetingKey: String(user) });
      if (user % 10 === 0) {
        throw new Error('by the job');
      }
    });
    await unit.catch(() => undefined);
  }
}

beforeAll(async () => {
  const registry = new Registry();
  addApplicationMetrics(registry);
  instrumentation = createInstrumentation({
    registry,
    providerName: 'in-memory',
    flags: [{ key: 'checkout-v2', variants: ['off', 'on'] }],
    allocation: () => ({ off: 0.9, on: 0.1 }),
    exemplar: () => ({ trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }),
  });
  const provider = new TypedInMemoryProvider({
    'checkout-v2': {
      variants: { off: false, on: true },
      defaultVariant: 'off',
      disabled: false,
      contextEvaluator: ({ targetingKey }) => (Number(targetingKey) % 2 === 0 ? 'on' : 'off'),
    },
  });
  await OpenFeature.setProviderAndWait('scrape', provider);
  OpenFeature.getClient('scrape');
  OpenFeature.addHooks(...instrumentation.hooks);
  await work();

  const handler = metricsHandler(registry);
  server = createServer((request, response) => {
    response.once('finish', () =>
      scrapes.push({
        asked: request.headers,
        type: String(response.getHeader('content-type')),
        encoding: response.getHeader('content-encoding'),
      })
    );
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-scrape-'));
  prometheusUrl = await startPrometheus({
    binary: prometheusBinary(),
    folder,
    targets: [
      { job: 'openmetrics', instance: 'service', address, protocol: OPEN_METRICS },
      { job: 'text', instance: 'service', address, protocol: TEXT },
      { job: 'usual', instance: 'service', address },
    ],
    scrapeInterval: '1s',
    children,
    onUnexpectedExit: () => undefined,
  });
  await waitFor(
    async () => {
      const up = await askPrometheus<Sample>(prometheusUrl, 'query', { query: 'count_over_time(up[1m]) > 2' });
      return up.length === 3 ? { answer: true } : { notYet: 'less than three scrapes of each job' };
    },
    { what: 'Scrapes', timeoutMs: 60_000 }
  );
}, 120_000);

afterAll(async () => {
  await children.stop();
  server.closeAllConnections();
  server.close();
  OpenFeature.clearHooks();
  await OpenFeature.close();
  await rm(folder, { recursive: true, force: true });
});

/** All series of a job, but those that Prometheus adds and those of the process, as text with their value. */
async function seriesOf(job: string): Promise<string[]> {
  const query = `{job="${job}", __name__!~"up|scrape_.*|process_.*|nodejs_.*"}`;
  const samples = await askPrometheus<Sample>(prometheusUrl, 'query', { query });
  return samples
    .map(({ metric, value: [, value] }) => {
      const labels = Object.entries(metric).filter(([name]) => name !== 'job');
      return `${JSON.stringify(labels.sort())} ${value}`;
    })
    .sort();
}

async function get<T>(route: string): Promise<T> {
  const answer = (await (await fetch(`${prometheusUrl}${route}`)).json()) as { data: T };
  return answer.data;
}

test('the targets are healthy in either format', async () => {
  const { activeTargets } = await get<{
    activeTargets: Array<{ health: string; lastError: string; labels: Record<string, string> }>;
  }>('/api/v1/targets?state=active');

  expect(
    activeTargets.map(({ health, lastError, labels }) => `${String(labels.job)} ${health} ${lastError}`.trim()).sort()
  ).toEqual(['openmetrics up', 'text up', 'usual up']);
  expect(await readFile(path.join(folder, 'prometheus.log'), 'utf8')).toBe('');
});

test('each job was answered in the format that it asked for, compressed', () => {
  const answered = new Set(
    scrapes.map(({ asked, type, encoding }) => {
      const open = String(asked.accept).startsWith('application/openmetrics-text');
      return `${open ? 'OpenMetrics' : 'text'}: ${type} ${String(encoding)}`;
    })
  );
  expect([...answered].sort()).toEqual([
    'OpenMetrics: application/openmetrics-text; version=1.0.0; charset=utf-8 gzip',
    'text: text/plain; version=0.0.4; charset=utf-8 gzip',
  ]);
});

test('both formats have the same series with the same values', async () => {
  const text = await seriesOf('text');
  expect(await seriesOf('openmetrics')).toEqual(text);
  expect(await seriesOf('usual')).toEqual(text);
  expect(text.length).toBeGreaterThan(150);
  const kinds = text.filter((line) => /"__name__","(orders|mails|mails_total|sent_bytes_total|limit)"/.test(line));
  expect(kinds).toHaveLength(5);
  expect(text.filter((line) => line.includes('quoted \\"x\\", \\\\ and\\nlines 😀'))).toHaveLength(1);
});

test('what was counted is what arrives', async () => {
  const counts = async (by: string) => {
    const query = `sum by (${by}) ({__name__=~"(feature_flag_)?http_request_duration_seconds_count", job="usual"})`;
    const samples = await askPrometheus<Sample>(prometheusUrl, 'query', { query });
    return samples.map(({ metric, value: [, value] }) => `${Object.values(metric).join(' ')} ${value}`.trim()).sort();
  };
  expect(await counts('__name__')).toEqual([
    'feature_flag_http_request_duration_seconds_count 50',
    'http_request_duration_seconds_count 50',
  ]);
  expect(await counts('feature_flag_variant, status')).toEqual([
    '200 45',
    '500 5',
    'off 200 25',
    'off 500 0',
    'on 200 20',
    'on 500 5',
  ]);
});

test('exemplars come with OpenMetrics alone', async () => {
  const query = encodeURIComponent('{__name__=~".+_bucket"}');
  const end = Date.now() / 1000 + 10;
  const found = await get<
    Array<{ seriesLabels: Record<string, string>; exemplars: Array<{ labels: Record<string, string> }> }>
  >(`/api/v1/query_exemplars?query=${query}&start=${String(end - 600)}&end=${String(end)}`);
  const jobs = new Set(found.map(({ seriesLabels }) => seriesLabels.job));
  const names = new Set(found.map(({ seriesLabels }) => seriesLabels.__name__));

  expect([...jobs].sort()).toEqual(['openmetrics', 'usual']);
  expect(names).toContain('feature_flag_http_request_duration_seconds_bucket');
  expect(found[0]?.exemplars[0]?.labels).toEqual({
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
  });
});

test('every metric has a help text, and units arrive with OpenMetrics', async () => {
  const described =
    await get<Array<{ target: { job: string }; metric: string; help: string; unit: string }>>(
      '/api/v1/targets/metadata'
    );
  const open = described.filter(({ target }) => target.job === 'openmetrics');
  const unitOf = (name: string) => open.find(({ metric }) => metric === name)?.unit;

  expect(open.filter(({ help }) => help === '')).toEqual([]);
  expect(open.length).toBeGreaterThan(20);
  expect(unitOf('feature_flag_http_request_duration_seconds')).toBe('seconds');
  expect(unitOf('feature_flag_allocation_ratio')).toBe('ratio');
  expect(unitOf('sent_bytes')).toBe('bytes');
  expect(unitOf('feature_flag_evaluation_request')).toBe('');
  expect(open.find(({ metric }) => metric === 'sent_bytes')?.help).toBe('A "quoted" help, \\ and\nlines');
});
