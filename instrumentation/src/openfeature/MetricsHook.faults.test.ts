import {
  OpenFeature,
  ProviderFatalError,
  TypedInMemoryProvider,
  type Client,
  type EvaluationDetails,
  type FlagValue,
  type Hook,
  type HookContext,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { OpenTelemetryMetricsHook } from '../opentelemetry/OpenTelemetryMetricsHook.js';
import { parseMetrics, readMetrics, sum, type Sample } from '../testing/readMetrics.js';
import { MetricsHook } from './MetricsHook.js';

interface Subject {
  hook: Hook;
  read(): Promise<Sample[]>;
  close(): Promise<void>;
}

/** The hook on prom-client. */
function onPromClient(): Subject {
  const registry = new Registry();
  return { hook: new MetricsHook({ registry }), read: () => readMetrics(registry), close: async () => {} };
}

/** The hook on a Meter, read through OpenTelemetry's own Prometheus exporter. */
function onMeter(): Subject {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  const read = async () => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    return parseMetrics(new PrometheusSerializer().serialize(resourceMetrics));
  };
  return {
    hook: new OpenTelemetryMetricsHook({ meter: provider.getMeter('test') }),
    read,
    close: () => provider.shutdown(),
  };
}

/** What the four metrics and the histogram have counted. */
async function totals(subject: Subject) {
  const samples = await subject.read();
  return {
    requests: sum(samples, METRICS.evaluationRequests),
    successes: sum(samples, METRICS.evaluationSuccesses),
    errors: sum(samples, METRICS.evaluationErrors),
    active: sum(samples, METRICS.evaluationActive),
    durations: sum(samples, `${METRICS.evaluationDuration}_count`),
  };
}

/** A provider that resolves booleans as the test says. */
function provider(resolve: () => Promise<ResolutionDetails<boolean>>, more: Partial<Provider> = {}): Provider {
  const never = () => Promise.reject(new Error('not asked for'));
  return {
    metadata: { name: 'scripted' },
    runsOn: 'server',
    resolveBooleanEvaluation: resolve,
    resolveStringEvaluation: never,
    resolveNumberEvaluation: never,
    resolveObjectEvaluation: never,
    ...more,
  };
}

const ON: ResolutionDetails<boolean> = { value: true, variant: 'on', reason: 'SPLIT' };
const on = () => Promise.resolve(ON);

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

let domains = 0;

async function clientOf(hooks: Hook[], served: Provider): Promise<Client> {
  const domain = `faults-${String(domains++)}`;
  await OpenFeature.setProviderAndWait(domain, served).catch(() => undefined);
  return OpenFeature.getClient(domain)
    .setLogger(silent)
    .addHooks(...hooks);
}

beforeAll(() => {
  OpenFeature.setLogger(silent);
});

afterAll(() => OpenFeature.close());

describe.each([
  ['prom-client', onPromClient],
  ['an OpenTelemetry meter', onMeter],
])('the stages on %s', (_name, make) => {
  let subject: Subject;

  beforeEach(() => {
    subject = make();
  });

  afterEach(() => subject.close());

  const raise = () => {
    throw new RangeError('another hook, for user 42');
  };
  const sound = { requests: 1, successes: 1, errors: 0, active: 0, durations: 1 };
  const failed = { requests: 1, successes: 0, errors: 1, active: 0, durations: 1 };

  // `before` runs in the order of registration, the other stages in the opposite order.
  test.each<[string, Hook, 'ahead' | 'behind', typeof sound]>([
    ['before, ahead of ours', { before: raise }, 'ahead', { ...failed, requests: 0, durations: 0 }],
    ['before, behind ours', { before: raise }, 'behind', failed],
    // Ours has counted its success by then, and gets an error reported as well: as the proposal's stages have it.
    ['after, registered ahead, so that ours comes first', { after: raise }, 'ahead', { ...failed, successes: 1 }],
    ['after, registered behind, so that ours never comes', { after: raise }, 'behind', failed],
    ['finally, ahead', { finally: raise }, 'ahead', sound],
    ['finally, behind', { finally: raise }, 'behind', sound],
  ])('another hook throws in %s', async (_stage, other, place, expected) => {
    const hooks = place === 'ahead' ? [other, subject.hook] : [subject.hook, other];
    const client = await clientOf(hooks, provider(on));

    await client.getBooleanValue('checkout-v2', false);

    expect(await totals(subject)).toEqual(expected);
  });

  test.each<[string, Hook]>([
    ['error', { error: raise }],
    ['error and finally', { error: raise, finally: raise }],
  ])('the provider fails, and other hooks on both sides throw in %s', async (_stage, other) => {
    const failing = provider(() => Promise.reject(new TypeError('connection of user 42')));
    const client = await clientOf([other, subject.hook, other], failing);

    expect(await client.getBooleanValue('checkout-v2', true)).toBe(true);

    expect(await totals(subject)).toEqual(failed);
    expect(sum(await subject.read(), METRICS.evaluationErrors, { exception: 'TypeError' })).toBe(1);
    expect(JSON.stringify(await subject.read())).not.toContain('user 42');
  });

  test('1000 evaluations at a time, a third of them failing, leave none under way and none uncounted', async () => {
    let calls = 0;
    const waiting: Array<() => void> = [];
    const mixed = provider(async () => {
      const call = calls++;
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (call % 3 === 0) {
        throw new Error(`call ${String(call)}`);
      }
      return on();
    });
    const client = await clientOf([subject.hook], mixed);

    const all = Array.from({ length: 1000 }, () => client.getBooleanValue('checkout-v2', false));
    while (waiting.length < 1000) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await totals(subject)).toEqual({ requests: 1000, successes: 0, errors: 0, active: 1000, durations: 0 });
    // In an order that is not that of their beginning.
    waiting.reverse().forEach((release) => release());
    await Promise.all(all);

    expect(await totals(subject)).toEqual({ requests: 1000, successes: 666, errors: 334, active: 0, durations: 1000 });
  });

  test('a provider that never resolves stays visible as under way, and holds nothing else up', async () => {
    const stuck = await clientOf(
      [subject.hook],
      provider(() => new Promise(() => {}))
    );
    const sound = await clientOf([subject.hook], provider(on));

    void stuck.getBooleanValue('checkout-v2', false);
    void stuck.getBooleanValue('checkout-v2', false);
    expect(await sound.getBooleanValue('checkout-v2', false)).toBe(true);

    expect(await totals(subject)).toEqual({ requests: 3, successes: 1, errors: 0, active: 2, durations: 1 });
  });

  test.each([
    ['not ready', () => new Promise<void>(() => {}), 'PROVIDER_NOT_READY'],
    ['fatal', () => Promise.reject(new ProviderFatalError('no licence for user 42')), 'PROVIDER_FATAL'],
  ])('a provider that is %s', async (_state, initialize, exception) => {
    const domain = `faults-${String(domains++)}`;
    const served = provider(on, { initialize });
    // Not waited for: the first one never becomes ready.
    OpenFeature.setProvider(domain, served);
    await new Promise((resolve) => setImmediate(resolve));
    const client = OpenFeature.getClient(domain).setLogger(silent).addHooks(subject.hook);

    expect(await client.getBooleanValue('checkout-v2', false)).toBe(false);

    expect(await totals(subject)).toEqual(failed);
    expect(sum(await subject.read(), METRICS.evaluationErrors, { exception })).toBe(1);
  });

  test('a flag of another type, and a flag that is missing, count as such', async () => {
    const served = new TypedInMemoryProvider({
      colour: { variants: { red: 'red' }, defaultVariant: 'red', disabled: false },
    });
    const client = await clientOf([subject.hook], served);

    await client.getBooleanValue('colour', false);
    await client.getBooleanValue('missing', false);

    const samples = await subject.read();
    expect(sum(samples, METRICS.evaluationErrors, { feature_flag_key: 'colour', exception: 'TYPE_MISMATCH' })).toBe(1);
    expect(sum(samples, METRICS.evaluationErrors, { feature_flag_key: 'missing', exception: 'FLAG_NOT_FOUND' })).toBe(
      1
    );
    expect(sum(samples, METRICS.evaluationActive)).toBe(0);
  });

  test('the same hook on the API and on a client counts twice, and stays balanced', async () => {
    const client = await clientOf([subject.hook, subject.hook], provider(on));

    await client.getBooleanValue('checkout-v2', false);

    expect(await totals(subject)).toEqual({ requests: 2, successes: 2, errors: 0, active: 0, durations: 2 });
  });

  test('SDKs from before hookData share one context between all hooks, and stay balanced as well', async () => {
    const old = (): HookContext => {
      const context: Partial<HookContext> = {
        flagKey: 'checkout-v2',
        flagValueType: 'boolean',
        defaultValue: false,
        context: {},
        clientMetadata: { providerMetadata: { name: 'scripted' } },
        providerMetadata: { name: 'scripted' },
        logger: silent,
      };
      return Object.freeze(context) as HookContext;
    };
    const details: EvaluationDetails<FlagValue> = { flagKey: 'checkout-v2', flagMetadata: {}, ...ON };
    const first = old();
    const second = old();

    // Two evaluations at a time, the first with the hook registered twice.
    for (const context of [first, first, second]) {
      await subject.hook.before?.(context);
    }
    for (const context of [second, first, first]) {
      await subject.hook.after?.(context, details);
      await subject.hook.finally?.(context, details);
    }
    // One whose `before` never ran.
    await subject.hook.finally?.(old(), details);

    expect(await totals(subject)).toEqual({ requests: 3, successes: 3, errors: 0, active: 0, durations: 3 });
  });
});
