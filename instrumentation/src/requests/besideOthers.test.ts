import { OpenFeature } from '@openfeature/server-sdk';
import { Registry, register as globalRegistry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { LIBRARIES, ORDERS } from '../testing/besideServers.js';
import { eventually, flood, send } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, parseMetrics, sum, type Sample } from '../testing/readMetrics.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;
const TOTAL = 300;
const CONCURRENCY = 100;

jest.setTimeout(60_000);

afterEach(() => globalRegistry.clear());
afterAll(() => OpenFeature.close());

/** Reads an exposition; rejects one in which a family or a series is there twice, as Prometheus's tools do. */
function parseStrictly(text: string): Sample[] {
  const families = text.split('\n').filter((line) => line.startsWith('# TYPE '));
  expect(families.map((line) => line.split(' ')[2])).toEqual([...new Set(families.map((line) => line.split(' ')[2]))]);
  const samples = parseMetrics(text);
  const series = samples.map(({ name, labels }) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`);
  expect(new Set(series).size).toBe(series.length);
  return samples;
}

const served = Object.entries(LIBRARIES).flatMap(([name, library]) =>
  ORDERS.flatMap((order) => library.registries.map((where) => ({ name, library, order, where })))
);

describe.each(served)('$name, $order, in the $where registry', ({ library, order, where }) => {
  test(`starts, and counts ${String(TOTAL)} requests twice: theirs, and by flag`, async () => {
    const registry = where === 'own' ? new Registry() : globalRegistry;
    const warnings: string[] = [];
    const client = await testClient([]);
    const instrument = () => {
      const onWarning = (message: string) => warnings.push(message);
      const instrumentation = createInstrumentation({ registry, openFeature: client, flags: TEST_FLAGS, onWarning });
      return { instrumentation, client };
    };

    const server = await library.start({ registry, order, instrument });
    await flood(server.port, TOTAL, CONCURRENCY, (index) => ({ path: `/items/${String(index)}`, user: String(index) }));
    const scrape = async () => {
      const answer = await send(server.port, { path: '/metrics' });
      expect(answer.status).toBe(200);
      return parseStrictly(answer.text);
    };
    const ofItems = (samples: Sample[]) =>
      matching(samples, UNTAGGED).filter(({ labels }) => Object.values(labels).join().includes('/items/'));
    // A request is recorded when its answer is over, which may be after its client is done.
    await eventually(async () => sum(await scrape(), TAGGED, { feature_flag_key: 'checkout-v2' }) === TOTAL);
    await eventually(async () => sum(ofItems(await scrape()), UNTAGGED) === TOTAL);
    const samples = await scrape();
    await server.close();

    for (const variant of ['on', 'off']) {
      const labels = { feature_flag_key: 'checkout-v2', feature_flag_variant: variant, route: '/items/:id' };
      expect([variant, sum(samples, TAGGED, labels)]).toEqual([variant, TOTAL / 2]);
    }
    expect(sum(samples, METRICS.internalErrors)).toBe(0);
    // Theirs is as it would be without us: its labels, its buckets.
    for (const { labels } of matching(samples, UNTAGGED)) {
      expect(Object.keys(labels).sort()).toEqual(library.labelNames);
    }
    const bounds = matching(samples, `${METRICS.requestDuration}_bucket`).map(({ labels }) => labels.le);
    expect(new Set(bounds).size).toBe(library.buckets);
    expect(warnings).toEqual([expect.stringMatching(/"http_request_duration_seconds".*requestMetric/)]);
  });
});

test('a scrape that merges their registry with ours shows theirs, and the series by flag', async () => {
  const ours = new Registry();
  const warnings: string[] = [];
  const instrumentation = createInstrumentation({ registry: ours, onWarning: (message) => warnings.push(message) });
  const client = await testClient(instrumentation.hooks);
  const server = await LIBRARIES['express-prom-bundle'].start({
    registry: globalRegistry,
    order: 'ours first',
    instrument: () => ({ instrumentation, client }),
  });
  await flood(server.port, 100, 10, (index) => ({ path: `/items/${String(index)}`, user: String(index) }));
  await eventually(
    async () => sum(parseMetrics(await ours.metrics()), TAGGED, { feature_flag_key: 'checkout-v2' }) === 100
  );

  for (const registries of [
    [ours, globalRegistry],
    [globalRegistry, ours],
  ]) {
    const samples = parseStrictly(await Registry.merge(registries).metrics());
    expect(sum(samples, UNTAGGED, { path: '/items/#val' })).toBe(100);
    expect(sum(samples, TAGGED, { feature_flag_key: 'checkout-v2' })).toBe(100);
  }
  // Alone, each still has its own.
  expect(sum(parseStrictly(await ours.metrics()), UNTAGGED, { route: '/items/:id' })).toBe(100);
  await server.close();
  expect(warnings).toEqual([expect.stringMatching(/"http_request_duration_seconds".*requestMetric/)]);
});
