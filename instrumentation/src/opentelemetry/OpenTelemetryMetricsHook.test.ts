import { ErrorCode, OpenFeature, type JsonValue, type ResolutionDetails } from '@openfeature/server-sdk';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { EVALUATION_BUCKETS, METRICS } from '../floor/conventions.js';
import { testClient } from '../testing/openFeature.js';
import { matching, parseMetrics, sum } from '../testing/readMetrics.js';
import { OpenTelemetryMetricsHook, type OpenTelemetryMetricsOptions } from './OpenTelemetryMetricsHook.js';

const on: ResolutionDetails<JsonValue> = { value: true, variant: 'on', reason: 'SPLIT' };

/** A client with the hook on a real Meter, whose points and whose exposition can be read. */
async function setup(
  options: Omit<OpenTelemetryMetricsOptions, 'meter'> = {},
  resolve: (flagKey: string) => ResolutionDetails<JsonValue> = () => on
) {
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const periodic = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [prometheus, periodic] });
  const hook = new OpenTelemetryMetricsHook({ ...options, meter: provider.getMeter('test') });
  const answer = <T>(flagKey: string) =>
    new Promise<ResolutionDetails<T>>((settle) => settle(resolve(flagKey) as ResolutionDetails<T>));
  const client = await testClient([hook], {
    runsOn: 'server',
    metadata: { name: 'scripted' },
    resolveBooleanEvaluation: (key) => answer<boolean>(key),
    resolveStringEvaluation: (key) => answer<string>(key),
    resolveNumberEvaluation: (key) => answer<number>(key),
    resolveObjectEvaluation: <T extends JsonValue>(key: string) => answer<T>(key),
  });
  client.setLogger({ error: () => {}, warn: () => {}, info: () => {}, debug: () => {} });
  const exposition = async () => new PrometheusSerializer().serialize((await prometheus.collect()).resourceMetrics);
  const instruments = async () => {
    await periodic.forceFlush();
    const metrics =
      memory
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
  };
  return { client, hook, exposition, instruments, close: () => provider.shutdown() };
}

// The first stack that is read has the source maps of all packages read, which takes seconds on a busy machine.
jest.setTimeout(30_000);

afterAll(() => OpenFeature.close());

describe('names', () => {
  test('of the proposal: instruments, units and attributes', async () => {
    const { client, instruments, close } = await setup();

    await client.getBooleanValue('checkout-v2', false);

    const all = await instruments();
    const flag = { 'feature_flag.key': 'checkout-v2', 'feature_flag.provider_name': 'scripted' };
    expect(all.get('feature_flag.evaluation_request_total')?.dataPoints).toEqual([
      expect.objectContaining({ attributes: flag, value: 1 }),
    ]);
    expect(all.get('feature_flag.evaluation_success_total')?.dataPoints).toEqual([
      expect.objectContaining({ attributes: { ...flag, 'feature_flag.variant': 'on', reason: 'SPLIT' }, value: 1 }),
    ]);
    expect(all.get('feature_flag.evaluation_active_count')?.dataPoints).toEqual([
      expect.objectContaining({ attributes: flag, value: 0 }),
    ]);
    const duration = all.get('feature_flag.evaluation_duration_seconds');
    expect(duration?.descriptor.unit).toBe('s');
    expect(duration?.dataPointType).toBe(DataPointType.HISTOGRAM);
    expect(duration?.dataPoints).toEqual([
      expect.objectContaining({
        attributes: flag,
        value: expect.objectContaining({
          count: 1,
          buckets: expect.objectContaining({ boundaries: [...EVALUATION_BUCKETS] }) as unknown,
        }) as unknown,
      }),
    ]);
    expect(all.get('feature_flag.evaluation_error_total')?.dataPoints ?? []).toEqual([]);
    await close();
  });

  test('of the semantic conventions, with reasons and codes in lower case', async () => {
    const { client, instruments, close } = await setup({ attributeNames: 'semantic' }, (key) =>
      key === 'broken' ? { ...on, errorCode: ErrorCode.PARSE_ERROR } : { ...on, reason: 'TARGETING_MATCH' }
    );

    await client.getBooleanValue('checkout-v2', false);
    await client.getBooleanValue('broken', false);

    const all = await instruments();
    const provider = { 'feature_flag.provider.name': 'scripted' };
    expect(all.get('feature_flag.evaluation_success_total')?.dataPoints.map((point) => point.attributes)).toEqual([
      {
        'feature_flag.key': 'checkout-v2',
        ...provider,
        'feature_flag.result.variant': 'on',
        'feature_flag.result.reason': 'targeting_match',
      },
    ]);
    expect(all.get('feature_flag.evaluation_error_total')?.dataPoints.map((point) => point.attributes)).toEqual([
      { 'feature_flag.key': 'broken', ...provider, 'error.type': 'parse_error' },
    ]);
    await close();
  });

  test.each([
    [
      'official',
      ['feature_flag.evaluation_requests_total'],
      ['feature_flag.result.variant', 'feature_flag.result.reason'],
    ],
    [
      'both',
      ['feature_flag.evaluation_request_total', 'feature_flag.evaluation_requests_total'],
      ['feature_flag.variant', 'reason', 'feature_flag.result.variant', 'feature_flag.result.reason'],
    ],
  ] as const)('of the official hooks: %s', async (evaluationNames, requests, results) => {
    const { client, instruments, close } = await setup({ evaluationNames });

    await client.getBooleanValue('checkout-v2', false);

    const all = await instruments();
    expect([...all.keys()].filter((name) => name.includes('evaluation_request'))).toEqual(requests);
    const [point] = all.get('feature_flag.evaluation_success_total')?.dataPoints ?? [];
    expect(Object.keys(point?.attributes ?? {}).filter((name) => !/key|provider/.test(name))).toEqual(results);
    await close();
  });

  test('a class of error keeps its name, and neither message, value nor targeting key are anywhere', async () => {
    const { client, exposition, close } = await setup({ attributeNames: 'semantic' }, (key) => {
      if (key === 'broken') {
        throw new TypeError('secret of ada@example.org');
      }
      return { ...on, value: 'secret value' };
    });

    await client.getStringValue('checkout-v2', 'secret default', { targetingKey: 'ada@example.org' });
    await client.getStringValue('broken', 'secret default', { targetingKey: 'ada@example.org' });

    const text = await exposition();
    expect(sum(parseMetrics(text), METRICS.evaluationErrors, { error_type: 'TypeError' })).toBe(1);
    expect(text).not.toMatch(/secret|ada@/);
    await close();
  });
});

describe('through the Prometheus exporter', () => {
  test('the series have the names, labels and buckets of the hook on prom-client', async () => {
    const { client, exposition, close } = await setup();

    await client.getBooleanValue('checkout-v2', false);

    const samples = parseMetrics(await exposition());
    const flag = { feature_flag_key: 'checkout-v2', feature_flag_provider_name: 'scripted' };
    expect(sum(samples, METRICS.evaluationRequests, flag)).toBe(1);
    expect(sum(samples, METRICS.evaluationSuccesses, { ...flag, feature_flag_variant: 'on', reason: 'SPLIT' })).toBe(1);
    expect(matching(samples, METRICS.evaluationActive, flag).map((sample) => sample.value)).toEqual([0]);
    expect(matching(samples, `${METRICS.evaluationDuration}_bucket`, flag).map((sample) => sample.labels.le)).toEqual([
      ...EVALUATION_BUCKETS.map(String),
      '+Inf',
    ]);
    expect(samples.filter((sample) => sample.name.includes('_total_total'))).toEqual([]);
    await close();
  });

  test('registered flags are there at zero', async () => {
    const { exposition, close } = await setup({
      providerName: 'scripted',
      flags: [{ key: 'checkout-v2', variants: ['off', 'on'] }],
    });

    const samples = parseMetrics(await exposition());

    expect(matching(samples, METRICS.evaluationSuccesses)).toHaveLength(2 * 4);
    expect(matching(samples, METRICS.evaluationErrors)).toHaveLength(8);
    expect(matching(samples, METRICS.evaluationRequests).map((sample) => sample.value)).toEqual([0]);
    expect(sum(samples, METRICS.evaluationSuccesses) + sum(samples, METRICS.evaluationErrors)).toBe(0);
    await close();
  });
});

describe('dimensions', () => {
  test('become attributes, but none that would be a label twice', async () => {
    const warnings: string[] = [];
    const { client, exposition, close } = await setup(
      {
        dimensions: {
          scope: 'scope',
          'feature_flag.set.id': 'flagSetId',
          'feature_flag_set.id': 'flagSetId',
          feature_flag_key: 'scope',
          'feature_flag.variant': 'scope',
        },
        onWarning: (message) => warnings.push(message),
      },
      () => ({ ...on, flagMetadata: { scope: 'shop', flagSetId: 'proj-1' } })
    );

    await client.getBooleanValue('checkout-v2', false);

    const [success] = matching(parseMetrics(await exposition()), METRICS.evaluationSuccesses);
    expect(success?.labels).toMatchObject({
      scope: 'shop',
      feature_flag_set_id: 'proj-1',
      feature_flag_key: 'checkout-v2',
    });
    expect(success?.labels.feature_flag_variant).toBe('on');
    expect(warnings).toEqual([
      expect.stringContaining('"feature_flag_set.id"'),
      expect.stringContaining('"feature_flag_key"'),
      expect.stringContaining('"feature_flag.variant"'),
    ]);
    await close();
  });

  test('are left out where a flag lacks them', async () => {
    const { client, instruments, close } = await setup({ dimensions: { scope: 'scope' } });

    await client.getBooleanValue('checkout-v2', false);

    const [point] = (await instruments()).get('feature_flag.evaluation_success_total')?.dataPoints ?? [];
    expect(Object.keys(point?.attributes ?? {})).not.toContain('scope');
    await close();
  });
});

describe('limits', () => {
  test('are those of the hook on prom-client, and tell what they folded', async () => {
    const { client, exposition, close } = await setup({ limits: { flags: 2, exceptions: 1 } }, (key) => {
      throw new (Object.defineProperty(class extends Error {}, 'name', { value: `Failure_${key}` }))();
    });

    for (let i = 0; i < 10_000; i++) {
      await client.getBooleanValue(`flag${String(i)}`, false);
    }

    const samples = parseMetrics(await exposition());
    expect(matching(samples, METRICS.evaluationRequests)).toHaveLength(3);
    expect(sum(samples, METRICS.evaluationRequests, { feature_flag_key: 'other' })).toBe(9998);
    expect(new Set(matching(samples, METRICS.evaluationErrors).map((sample) => sample.labels.exception))).toEqual(
      new Set(['Failure_flag0', 'other'])
    );
    expect(sum(samples, METRICS.folded, { label: 'exception' })).toBe(9999);
    await close();
  });
});

describe('the host is left alone', () => {
  test('without a MeterProvider there is one warning and no error', async () => {
    const warnings: string[] = [];
    const hook = new OpenTelemetryMetricsHook({ onWarning: (message) => warnings.push(message) });
    const client = await testClient([hook]);

    expect(await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' })).toBe(true);

    expect(warnings).toEqual([expect.stringContaining('no OpenTelemetry MeterProvider')]);
  });

  test('instruments that throw are reported once, and evaluations go on', async () => {
    const warnings: string[] = [];
    const provider = new MeterProvider();
    const meter = provider.getMeter('test');
    const createUpDownCounter: typeof meter.createUpDownCounter = (name, options) => {
      const counter = meter.createUpDownCounter(name, options);
      counter.add = () => {
        throw new Error('broken instrument');
      };
      return counter;
    };
    const broken = Object.assign(Object.create(meter) as typeof meter, { createUpDownCounter });
    const hook = new OpenTelemetryMetricsHook({ meter: broken, onWarning: (message) => warnings.push(message) });
    const client = await testClient([hook]);

    expect(await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' })).toBe(true);
    expect(await client.getBooleanValue('checkout-v2', false, { targetingKey: '2' })).toBe(true);

    expect(warnings).toEqual([expect.stringContaining('OpenTelemetryMetricsHook.before failed')]);
    await provider.shutdown();
  });
});
