import { OpenFeature, type FlagMetadata, type JsonValue, type ResolutionDetails } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { on, scripted, setup } from '../testing/metricsHook.js';
import { testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import { MetricsHook } from './MetricsHook.js';

const FLAG = { feature_flag_key: 'checkout-v2', feature_flag_provider_name: 'scripted' };

afterAll(() => OpenFeature.close());

describe('stages of a successful evaluation', () => {
  test('requests, successes with variant and reason, and durations count once each', async () => {
    const { registry, client } = await setup(scripted(() => on));

    for (let i = 0; i < 3; i++) {
      expect(await client.getBooleanValue('checkout-v2', false)).toBe(true);
    }

    const samples = await readMetrics(registry);
    expect(matching(samples, METRICS.evaluationRequests)).toEqual([
      { name: METRICS.evaluationRequests, labels: FLAG, value: 3 },
    ]);
    expect(matching(samples, METRICS.evaluationSuccesses)).toEqual([
      {
        name: METRICS.evaluationSuccesses,
        labels: { ...FLAG, feature_flag_variant: 'on', reason: 'SPLIT' },
        value: 3,
      },
    ]);
    expect(matching(samples, METRICS.evaluationErrors)).toEqual([]);
    expect(sum(samples, `${METRICS.evaluationDuration}_count`, FLAG)).toBe(3);
  });

  test('the active count is up during the evaluation and down after it', async () => {
    let release: (details: ResolutionDetails<JsonValue>) => void = () => {};
    const { registry, client } = await setup(
      scripted(() => new Promise<ResolutionDetails<JsonValue>>((resolve) => (release = resolve)))
    );

    const evaluation = client.getBooleanValue('checkout-v2', false);
    await new Promise((resolve) => setImmediate(resolve));
    const during = await readMetrics(registry);
    await new Promise((resolve) => setTimeout(resolve, 30));
    release(on);
    await evaluation;
    const after = await readMetrics(registry);

    expect(sum(during, METRICS.evaluationActive, FLAG)).toBe(1);
    expect(sum(after, METRICS.evaluationActive, FLAG)).toBe(0);
    expect(sum(after, `${METRICS.evaluationDuration}_sum`, FLAG)).toBeGreaterThan(0.025);
    expect(sum(after, `${METRICS.evaluationDuration}_sum`, FLAG)).toBeLessThan(5);
  });

  test.each<[string, JsonValue, string]>([
    ['boolean', false, 'false'],
    ['number', 1.5, '1.5'],
    ['string', 'blue', 'blue'],
    ['empty string', '', 'empty'],
    ['object', { a: [1] }, '{"a":[1]}'],
    ['long value', 'x'.repeat(5000), `${'x'.repeat(55)}~49abd65b`],
    ['emoji on the edge', `${'x'.repeat(54)}😀${'y'.repeat(20)}`, `${'x'.repeat(54)}😀~96065c7f`],
    ['quotes and newline', 'a"b\\\n', 'a"b\\\n'],
  ])('without a variant the value is the label: %s', async (_name, value, label) => {
    const { registry, client } = await setup(scripted(() => ({ value })));

    await client.getObjectValue('checkout-v2', value);

    const [sample] = matching(await readMetrics(registry), METRICS.evaluationSuccesses);
    expect(sample?.labels).toEqual({ ...FLAG, feature_flag_variant: label, reason: 'UNKNOWN' });
  });

  test('a reason of the provider’s own is folded and counted', async () => {
    const { registry, client } = await setup(scripted(() => ({ ...on, reason: 'because of user 42' })));

    await client.getBooleanValue('checkout-v2', false);

    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.evaluationSuccesses, { reason: 'other' })).toBe(1);
    expect(sum(samples, METRICS.folded, { label: 'reason' })).toBe(1);
  });
});

describe('dimensions from metadata', () => {
  const metadataOf = (key: string): FlagMetadata => (key === 'checkout-v2' ? { scope: 'shop', tier: 2 } : {});
  const withScope = scripted((key) => ({
    ...on,
    flagMetadata: metadataOf(key),
  }));

  test('become labels of the success counter, absent where a flag lacks them', async () => {
    const { registry, client } = await setup(withScope, { dimensions: { scope: 'scope', level: 'tier' } });

    await client.getBooleanValue('checkout-v2', false);
    await client.getBooleanValue('recommendations', false);

    const samples = await readMetrics(registry);
    expect(
      sum(samples, METRICS.evaluationSuccesses, { feature_flag_key: 'checkout-v2', scope: 'shop', level: '2' })
    ).toBe(1);
    expect(
      matching(samples, METRICS.evaluationSuccesses, { feature_flag_key: 'recommendations' })[0]?.labels.scope
    ).toBe('');
  });

  test('those with an impossible or taken name are left out with a warning, and nothing else is lost', async () => {
    const { registry, client, warnings } = await setup(withScope, {
      dimensions: { 'not a label': 'scope', reason: 'scope', __x: 'scope', scope: 'scope' },
    });

    await client.getBooleanValue('checkout-v2', false);

    expect(sum(await readMetrics(registry), METRICS.evaluationSuccesses, { scope: 'shop', reason: 'SPLIT' })).toBe(1);
    expect(warnings).toHaveLength(3);
    expect(warnings.join('\n')).toMatch(/not a label.*\n.*"reason".*\n.*"__x"/);
  });

  test('their values are capped', async () => {
    let user = 0;
    const perUser = scripted(() => ({ ...on, flagMetadata: { scope: `user-${String(user++)}` } }));
    const { registry, client } = await setup(perUser, {
      dimensions: { scope: 'scope' },
      limits: { dimensionValues: 2 },
    });

    for (let i = 0; i < 5; i++) {
      await client.getBooleanValue('checkout-v2', false);
    }

    const samples = await readMetrics(registry);
    expect(matching(samples, METRICS.evaluationSuccesses).map((sample) => [sample.labels.scope, sample.value])).toEqual(
      [
        ['user-0', 1],
        ['user-1', 1],
        ['other', 3],
      ]
    );
    expect(sum(samples, METRICS.folded, { label: 'dimension' })).toBe(3);
  });
});

describe('series that start at zero', () => {
  const flags = [{ key: 'checkout-v2', variants: ['off', 'on'], metadata: { scope: 'shop' } }];

  test('every registered flag, variant, usual reason and error code is there before the first evaluation', async () => {
    const { registry } = await setup(
      scripted(() => on),
      { flags, providerName: 'scripted' }
    );

    const samples = await readMetrics(registry);

    expect(matching(samples, METRICS.evaluationRequests, FLAG).map((sample) => sample.value)).toEqual([0]);
    expect(matching(samples, METRICS.evaluationActive, FLAG).map((sample) => sample.value)).toEqual([0]);
    expect(matching(samples, METRICS.evaluationSuccesses, FLAG)).toHaveLength(2 * 4);
    expect(sum(samples, METRICS.evaluationSuccesses)).toBe(0);
    expect(matching(samples, METRICS.evaluationErrors, FLAG)).toHaveLength(8);
    expect(matching(samples, `${METRICS.evaluationDuration}_count`, FLAG).map((sample) => sample.value)).toEqual([0]);
  });

  test('an evaluation moves a series that was there, and adds none', async () => {
    const { registry, client } = await setup(
      scripted(() => ({ ...on, flagMetadata: { scope: 'shop' } })),
      {
        flags,
        providerName: 'scripted',
        dimensions: { scope: 'scope' },
      }
    );
    const before = await readMetrics(registry);

    await client.getBooleanValue('checkout-v2', false);

    const after = await readMetrics(registry);
    expect(after).toHaveLength(before.length);
    expect(sum(after, METRICS.evaluationSuccesses, { scope: 'shop' })).toBe(1);
  });

  test('registering again keeps what has been counted', async () => {
    const { registry, client, hook } = await setup(
      scripted(() => on),
      { flags, providerName: 'scripted' }
    );
    await client.getBooleanValue('checkout-v2', false);

    hook.registerFlags(flags);

    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.evaluationRequests)).toBe(1);
    expect(sum(samples, `${METRICS.evaluationDuration}_count`)).toBe(1);
  });
});

describe('limits', () => {
  test('flags and variants beyond their limits fold into other; registered ones never do', async () => {
    const { registry, client } = await setup(
      scripted((key) => ({ value: true, variant: `variant of ${key}`, reason: 'STATIC' })),
      { flags: [{ key: 'flag-9', variants: ['variant of flag-9'] }], limits: { flags: 3 } }
    );

    for (let i = 0; i < 10; i++) {
      await client.getBooleanValue(`flag-${String(i)}`, false);
    }

    const samples = await readMetrics(registry);
    const counted = matching(samples, METRICS.evaluationRequests).map((sample) => [
      sample.labels.feature_flag_key,
      sample.value,
    ]);
    expect(counted).toEqual([
      ['flag-0', 1],
      ['flag-1', 1],
      ['other', 7],
      ['flag-9', 1],
    ]);
    expect(
      sum(samples, METRICS.evaluationSuccesses, { feature_flag_key: 'other', feature_flag_variant: 'other' })
    ).toBe(7);
    expect(sum(samples, METRICS.folded, { label: 'feature_flag_key' })).toBeGreaterThanOrEqual(7);
  });
});

describe('the host is left alone', () => {
  test('a metric name that the application has taken is neither touched nor an error', async () => {
    const registry = new Registry();
    const warnings: string[] = [];
    const { Counter } = await import('prom-client');
    const theirs = new Counter({ name: METRICS.evaluationRequests, help: 'theirs', registers: [registry] });
    theirs.inc(5);

    const hook = new MetricsHook({ registry, onWarning: (message) => warnings.push(message) });
    const client = await testClient(
      [hook],
      scripted(() => on)
    );
    await client.getBooleanValue('checkout-v2', false);

    const samples = await readMetrics(registry);
    expect(matching(samples, METRICS.evaluationRequests)).toEqual([
      { name: METRICS.evaluationRequests, labels: {}, value: 5 },
    ]);
    expect(sum(samples, METRICS.evaluationSuccesses)).toBe(1);
    expect(warnings).toEqual([expect.stringContaining(METRICS.evaluationRequests)]);
  });

  test('two hooks on one registry share the metrics, and count an evaluation once', async () => {
    const registry = new Registry();
    const first = new MetricsHook({ registry });
    const second = new MetricsHook({ registry });
    const client = await testClient(
      [first, second],
      scripted(() => on)
    );

    await client.getBooleanValue('checkout-v2', false);

    expect(sum(await readMetrics(registry), METRICS.evaluationRequests)).toBe(1);
  });

  test('a failure inside the hook is counted, reported once, and the evaluation goes on', async () => {
    const hostile = {
      toString: () => {
        throw new Error('no text');
      },
    };
    const { registry, client, warnings } = await setup(
      scripted(() => ({ ...on, flagMetadata: { scope: hostile as unknown as string } })),
      { dimensions: { scope: 'scope' } }
    );

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(true);
    expect(await client.getBooleanValue('checkout-v2', false)).toBe(true);

    const samples = await readMetrics(registry);
    expect(sum(samples, METRICS.internalErrors, { site: 'MetricsHook.after' })).toBe(2);
    expect(sum(samples, METRICS.evaluationErrors)).toBe(0);
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
    expect(warnings).toEqual([expect.stringContaining('MetricsHook.after failed')]);
  });

  test('a warning listener that throws changes nothing', async () => {
    const registry = new Registry();
    const hook = new MetricsHook({
      registry,
      dimensions: { 'not a label': 'scope' },
      onWarning: () => {
        throw new Error('listener');
      },
    });
    const client = await testClient(
      [hook],
      scripted(() => on)
    );

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(true);
    expect(sum(await readMetrics(registry), METRICS.evaluationRequests)).toBe(1);
  });
});
