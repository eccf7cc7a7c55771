import { OpenFeature, type Provider } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation';
import { METRICS } from '../floor/conventions';
import { TEST_FLAGS, testProvider } from '../testing/openFeature';
import { matching, readMetrics } from '../testing/readMetrics';

afterAll(() => OpenFeature.close());

/** Names of the providers under which successes of the flag are there, at zero or above. */
async function providersOf(registry: Registry): Promise<string[]> {
  const samples = matching(await readMetrics(registry), METRICS.evaluationSuccesses);
  return [...new Set(samples.map(({ labels }) => labels.feature_flag_provider_name ?? ''))];
}

const named = (name: string): Provider => Object.assign(testProvider(), { metadata: { name } });

/** A client of a domain of its own, on a provider that becomes ready when the test says so. */
function domain() {
  const name = `test-${String(Math.random())}`;
  return { client: OpenFeature.getClient(name), provide: (it: Provider) => OpenFeature.setProviderAndWait(name, it) };
}

test('the name is taken from a provider that is there', async () => {
  const { client, provide } = domain();
  await provide(named('flagd'));
  const registry = new Registry();
  createInstrumentation({ registry, openFeature: client, flags: TEST_FLAGS });
  expect(await providersOf(registry)).toEqual(['flagd']);
});

test('and from one that comes later', async () => {
  const { client, provide } = domain();
  const registry = new Registry();
  const { registerFlags } = createInstrumentation({ registry, openFeature: client, flags: TEST_FLAGS });
  expect(await providersOf(registry)).toEqual([]);
  await provide(named('flagd'));
  registerFlags([{ key: 'late', variants: ['on'] }]);

  expect(await providersOf(registry)).toEqual(['flagd']);
  const samples = matching(await readMetrics(registry), METRICS.evaluationSuccesses);
  expect([...new Set(samples.map(({ labels }) => labels.feature_flag_key))]).toEqual([
    'checkout-v2',
    'search-ranking',
    'late',
  ]);
});

test('a provider that does not exist is warned of, once its flag is evaluated', async () => {
  const { client, provide } = domain();
  await provide(named('flagd'));
  const warnings: string[] = [];
  const options = { openFeature: client, flags: TEST_FLAGS, onWarning: (message: string) => warnings.push(message) };
  createInstrumentation({ registry: new Registry(), ...options, providerName: 'my-provider' });
  createInstrumentation({ registry: new Registry(), ...options, providerName: 'flagd' });
  await client.getBooleanValue('checkout-v2', false);
  await client.getBooleanValue('checkout-v2', false);

  expect(warnings).toEqual([expect.stringMatching(/providerName is "my-provider".*evaluated by "flagd"/)]);
});
