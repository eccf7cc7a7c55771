import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  collectorHandler,
  createInstrumentation,
  metricsHandler,
  type Instrumentation,
} from '@flaglens/instrumentation';
import { OpenFeature, TypedInMemoryProvider } from '@openfeature/server-sdk';
import { Counter, Histogram, Registry } from 'prom-client';
import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { waitFor } from '../../scripts/lib/waitFor';
import { promtoolBinary } from '../../scripts/start/history';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../scripts/start/stack';
import { askPrometheus, type Sample } from './support/askPrometheus';

/** What promtool says of an exposition, a line each; nothing if it has nothing to complain of. */
async function checked(exposition: string): Promise<string[]> {
  const promtool = promtoolBinary();
  if (promtool === undefined) {
    throw new Error('There is no promtool: npm test builds it, or name one with FLAGLENS_PROMTOOL.');
  }
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(exposition);
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  return said.flatMap((part) => part.split('\n')).filter((line) => line !== '');
}

/** An instrumentation of which every part has recorded something. */
async function busy(registry: Registry): Promise<Instrumentation> {
  const instrumentation = createInstrumentation({
    registry,
    providerName: 'in-memory',
    flags: [{ key: 'checkout-v2', variants: ['off', 'on'], metadata: { scope: 'shop' } }],
    dimensions: { scope: 'scope' },
    allocation: () => ({ off: 0.9, on: 0.1 }),
    layers: { instance: { 'checkout-v2': 'on' } },
    events: {
      definitions: {
        item_added: {
          values: {
            count: { metric: 'counter', unit: 'items' },
            delay: { metric: 'histogram', unit: 'seconds', buckets: [0.1, 1] },
          },
        },
        order_paid: {
          kind: 'revenue',
          amount: 'amount',
          currency: 'currency',
          currencies: ['EUR'],
          conversion: 'once',
        },
        link_clicked: { kind: 'engagement', target: 'target', targets: ['cart'] },
      },
      funnels: { buying: { steps: ['item_added', 'order_paid'] } },
    },
  });
  await OpenFeature.setProviderAndWait(
    new TypedInMemoryProvider({
      'checkout-v2': { variants: { off: false, on: true }, defaultVariant: 'on', disabled: false },
    })
  );
  OpenFeature.clearHooks();
  OpenFeature.addHooks(...instrumentation.hooks);
  const client = OpenFeature.getClient();
  const { layers } = instrumentation;
  const seconds = new Histogram({
    name: 'mail_seconds',
    help: 'Of the service',
    labelNames: ['kind'],
    registers: [registry],
  });
  const mails = new Counter({
    name: 'mails_total',
    help: 'Of the service',
    labelNames: ['kind'],
    registers: [registry],
  });
  await instrumentation.run({ route: '/cart' }, async () => {
    await client.getBooleanValue('checkout-v2', false);
    await client.getBooleanValue('unknown', false);
    instrumentation.split(seconds).observe({ kind: 'welcome' }, 0.2);
    instrumentation.split(mails).inc({ kind: 'welcome' });
    layers.cache('products').hit();
    layers.retry('charge').finished({ attempts: 2, succeeded: true });
    layers.failover('prices', { targets: ['primary', 'replica'] }).switched('primary', 'replica');
    layers.pool('orders', { size: () => 2, idle: () => 1, waiting: () => 0, max: () => 4 }).acquire(() => 1);
    layers.strategy('ranking', { strategies: ['old', 'new'] }).run('new', () => 1);
    layers.database('orders', { operations: ['select'] }).run('select', () => 1);
    layers.queue('mails', { lag: () => 1 }).process(() => 1, { sentAt: Date.now() });
    layers.section('pricing').run(() => 1);
    const { events } = instrumentation;
    events.expose({ user: 7 });
    events.track('item_added', { count: 2, delay: 0.3 }, { user: 7 });
    events.track('order_paid', { amount: 12, currency: 'EUR' }, { user: 7 });
    events.track('order_paid', { amount: -2, currency: 'EUR' }, { user: 7 });
    events.track('link_clicked', { target: 'cart' });
    events.receive({
      name: 'web_vital_measured',
      properties: { name: 'LCP', value: 1.2 },
      tags: [],
      user: undefined,
      rate: 1,
    });
  });
  collectorHandler({ events: instrumentation.events });
  await instrumentation.events.flush();
  return instrumentation;
}

/** The approved proposal of OpenFeature names this gauge so. */
const named =
  /^feature_flag_evaluation_active_count non-histogram and non-summary metrics should not have "_count" suffix$/;

test('promtool has nothing to complain of but the one name that OpenFeature chose', async () => {
  const registry = new Registry();
  await busy(registry);
  const exposition = await registry.metrics();
  expect((await checked(exposition)).filter((line) => !named.test(line))).toEqual([]);
  const types = [...exposition.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(types.length).toBeGreaterThan(60);
  const found = [
    'feature_flag_revenue_total',
    'feature_flag_conversion_total',
    'web_vital_seconds',
    'flaglens_beacons_total',
  ];
  expect(types).toEqual(expect.arrayContaining(found));
});

test('promtool does complain of what is wrong', async () => {
  expect(await checked('# HELP seconds Without a type\nlong_seconds_total{a="1",a="2"} 1\n')).not.toEqual([]);
  expect(
    await checked(
      '# HELP late_time_milliseconds Of a wrong unit\n# TYPE late_time_milliseconds gauge\nlate_time_milliseconds 1\n'
    )
  ).not.toEqual([]);
});

test('a real Prometheus scrapes all of it, under the names of the catalogue', async () => {
  const registry = new Registry();
  const instrumentation = await busy(registry);
  instrumentation.layers.process();
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const server = createServer(metricsHandler(registry));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-exposition-'));
  const children = new ChildGroup();
  try {
    const url = await startPrometheus({
      binary: prometheusBinary(),
      folder,
      targets: [{ job: 'service', instance: 'service-1', address }],
      scrapeInterval: '1s',
      children,
      onUnexpectedExit: () => undefined,
    });
    const ask = async (query: string) => {
      const samples = await askPrometheus<Sample>(url, 'query', { query });
      return samples.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    };
    const scraped = await waitFor<number>(
      async () => {
        const samples = await ask('scrape_samples_scraped{job="service"} > 0 and on (instance) up == 1');
        return samples[0] === undefined ? { notYet: 'no scrape so far' } : { answer: samples[0].value };
      },
      { what: 'A scrape', timeoutMs: 30_000 }
    );
    // In the format that Prometheus asks for, which has further series for what a process counts at the scrape.
    expect(scraped).toBeGreaterThanOrEqual(lines.length);
    const presets = readFileSync(path.join(__dirname, '../../pkg/model/presets.go'), 'utf8');
    const counted = [...new Set(presets.match(/"feature_flag_\w+(?:_total|_seconds|_ratio)"/g))].map((name) =>
      name.slice(1, -1)
    );
    expect(counted).toContain('feature_flag_cache_requests_total');
    for (const name of counted) {
      const metric = name.endsWith('_seconds') ? `${name}_bucket` : name;
      const samples = await ask(`{__name__="${metric}", feature_flag_key="checkout-v2"}`);
      expect([name, samples.length > 0]).toEqual([name, true]);
    }
    expect(await ask('feature_flag_cache_requests_total{outcome="hit", feature_flag_variant="on"}')).toEqual([
      expect.objectContaining({ value: 1 }),
    ]);
  } finally {
    await children.stop();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
