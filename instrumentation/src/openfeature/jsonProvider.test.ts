import { OpenFeature, type Provider, type ResolutionDetails } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { EvaluationEventHook } from '../opentelemetry/EvaluationEventHook.js';
import { traced } from '../opentelemetry/traced.js';
import { testClient } from '../testing/openFeature.js';
import { matching, readMetrics } from '../testing/readMetrics.js';
import { traceToMemory, type TestTracing } from '../testing/spans.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = traceToMemory();
});

afterEach(() => tracing.stop());

afterAll(() => OpenFeature.close());

/** A provider that hands on what a service answered, as it is. */
function jsonProvider(answer: string): Provider {
  const resolve = <T>(): Promise<ResolutionDetails<T>> => Promise.resolve(JSON.parse(answer) as ResolutionDetails<T>);
  return {
    metadata: { name: 'json' },
    resolveBooleanEvaluation: resolve,
    resolveNumberEvaluation: resolve,
    resolveObjectEvaluation: resolve,
    resolveStringEvaluation: resolve,
  };
}

test.each<[string, string, string]>([
  ['no error', '{"value": true, "variant": "on", "reason": "STATIC", "errorCode": null}', 'on'],
  ['an empty error', '{"value": true, "variant": "on", "reason": "STATIC", "errorCode": ""}', 'on'],
  ['no variant', '{"value": true, "variant": null, "reason": "STATIC"}', 'true'],
  ['a number for a variant', '{"value": true, "variant": 7, "reason": "STATIC"}', '7'],
])('an answer that says %s is a success', async (_name, answer, variant) => {
  const registry = new Registry();
  const { hooks, requests } = createInstrumentation({ registry });
  const client = await testClient([...hooks, new EvaluationEventHook()], jsonProvider(answer));

  const record = requests.begin();
  await requests.run(record, () => traced('request', () => client.getBooleanValue('checkout-v2', false)));
  record.finish({ method: 'GET', route: '/', status: 200 });

  const samples = matching(await readMetrics(registry), `${METRICS.flagRequestDuration}_count`);
  expect(samples.map(({ labels }) => labels.feature_flag_variant)).toEqual([variant]);
  const events = tracing.named('request')[0]?.events;
  expect(events).toHaveLength(1);
  expect(events?.[0]?.attributes?.['error.type']).toBeUndefined();
});
