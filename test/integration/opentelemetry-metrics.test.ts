import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MetricsHook, metricsHandler } from '@flaglens/instrumentation';
import { OpenTelemetryMetricsHook } from '@flaglens/instrumentation/opentelemetry';
import { OpenFeature, TypedInMemoryProvider } from '@openfeature/server-sdk';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { waitFor } from '../../scripts/lib/waitFor';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../scripts/start/stack';
import { askPrometheus, type Sample } from './support/askPrometheus';

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** What the exporter adds of itself, and what tells the two jobs apart. */
const OWN = /^(__name__|job|instance|otel_scope_.*)$/;

/** Three evaluations that succeed and one that fails, of a flag with metadata, seen by both hooks. */
async function evaluate(registry: Registry, meters: MeterProvider): Promise<void> {
  const options = {
    providerName: 'in-memory',
    flags: [{ key: 'checkout-v2', variants: ['off', 'on'], metadata: { scope: 'shop' } }],
    dimensions: { scope: 'scope', feature_flag_key: 'scope' },
    onWarning: () => undefined,
  };
  const provider = new TypedInMemoryProvider({
    'checkout-v2': { variants: { off: false, on: true }, defaultVariant: 'on', disabled: false },
  });
  // The provider in memory resolves all that a real one does but the metadata.
  const resolve = provider.resolveBooleanEvaluation.bind(provider);
  provider.resolveBooleanEvaluation = async (...asked) => ({
    ...(await resolve(...asked)),
    flagMetadata: { scope: 'shop' },
  });
  await OpenFeature.setProviderAndWait('meters', provider);
  const client = OpenFeature.getClient('meters').setLogger(silent);
  client.addHooks(
    new MetricsHook({ registry, ...options }),
    new OpenTelemetryMetricsHook({ meter: meters.getMeter('test'), ...options })
  );
  for (let i = 0; i < 3; i++) {
    await client.getBooleanValue('checkout-v2', false);
  }
  await client.getBooleanValue('missing', false);
}

test('a real Prometheus has the same series of both hooks, from prom-client and from OpenTelemetry’s exporter', async () => {
  const registry = new Registry();
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meters = new MeterProvider({ readers: [exporter] });
  await evaluate(registry, meters);
  const ours = createServer(metricsHandler(registry));
  const theirs = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-meters-'));
  const children = new ChildGroup();
  try {
    const [promClient, openTelemetry] = await Promise.all(
      [ours, theirs].map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      })
    );
    const url = await startPrometheus({
      binary: prometheusBinary(),
      folder,
      targets: [
        { job: 'prom-client', instance: 'service', address: promClient ?? '' },
        { job: 'opentelemetry', instance: 'service', address: openTelemetry ?? '' },
      ],
      scrapeInterval: '1s',
      children,
      onUnexpectedExit: () => undefined,
    });
    const scraped = async () => {
      const up = await askPrometheus<Sample>(url, 'query', { query: 'count_over_time((up == 1)[1m:1s]) > 2' });
      return up.length === 2 ? { answer: true } : { notYet: 'no scrape of both so far' };
    };
    await waitFor<boolean>(scraped, { what: 'Scrapes of both', timeoutMs: 60_000 });

    const seriesOf = async (job: string): Promise<string[]> => {
      const query = `{job="${job}", __name__=~"feature_flag_evaluation_.*(total|active_count|seconds_count|seconds_bucket)"}`;
      const samples = await askPrometheus<Sample>(url, 'query', { query });
      const counted = samples.filter(({ metric }) => !(metric.__name__ ?? '').endsWith('_bucket'));
      return counted.map(({ metric, value: [, value] }) => `${described(metric)} ${value}`).sort();
    };
    const known = await seriesOf('prom-client');
    // A histogram of OpenTelemetry is born with its first observation, which the flags here have all had.
    expect(await seriesOf('opentelemetry')).toEqual(known);
    expect(known).toContain(
      'feature_flag_evaluation_success_total{feature_flag_key="checkout-v2",feature_flag_provider_name="in-memory",' +
        'feature_flag_variant="on",reason="STATIC",scope="shop"} 3'
    );
    const bounds = async (job: string) => {
      const query = `count by (le) (feature_flag_evaluation_duration_seconds_bucket{job="${job}"})`;
      const samples = await askPrometheus<Sample>(url, 'query', { query });
      return samples.map(({ metric }) => Number(metric.le)).sort((a, b) => a - b);
    };
    expect(await bounds('opentelemetry')).toEqual(await bounds('prom-client'));
  } finally {
    await children.stop();
    ours.close();
    theirs.close();
    await meters.shutdown();
    await OpenFeature.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

/** The series as PromQL writes it, without what is the job's own. */
function described(metric: Record<string, string>): string {
  const labels = Object.entries(metric).filter(([name]) => !OWN.test(name));
  return `${metric.__name__ ?? ''}{${labels
    .map(([name, value]) => `${name}="${value}"`)
    .sort()
    .join(',')}}`;
}
