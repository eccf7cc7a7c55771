import { OpenFeature } from '@openfeature/server-sdk';
import { METRICS } from '../floor/conventions';
import { on, scripted, setup } from '../testing/metricsHook';
import { TEST_FLAGS } from '../testing/openFeature';
import { matching, readMetrics, sum, type Sample } from '../testing/readMetrics';
import type { EvaluationNames } from './options';

afterAll(() => OpenFeature.close());

const OFFICIAL = { feature_flag_result_variant: 'on', feature_flag_result_reason: 'SPLIT' };
const PROPOSAL = { feature_flag_variant: 'on', reason: 'SPLIT' };

async function evaluated(evaluationNames: unknown, flags = TEST_FLAGS): Promise<[Sample[], string[]]> {
  const options = { evaluationNames: evaluationNames as EvaluationNames, flags, providerName: 'scripted' };
  const { registry, client, warnings } = await setup(
    scripted(() => on),
    options
  );
  await client.getBooleanValue('checkout-v2', false);
  return [await readMetrics(registry), warnings];
}

test.each<[EvaluationNames | undefined, object, number, number]>([
  [undefined, PROPOSAL, 1, 0],
  ['proposal', PROPOSAL, 1, 0],
  ['official', OFFICIAL, 0, 1],
  ['both', { ...PROPOSAL, ...OFFICIAL }, 1, 1],
])('%s', async (names, labels, proposal, official) => {
  const [samples] = await evaluated(names);

  expect(sum(samples, METRICS.evaluationRequests)).toBe(proposal);
  expect(sum(samples, METRICS.evaluationRequestsOfficial)).toBe(official);
  const counted = matching(samples, METRICS.evaluationSuccesses).filter(({ value }) => value > 0);
  const provider = { feature_flag_key: 'checkout-v2', feature_flag_provider_name: 'scripted' };
  expect(counted.map((sample) => sample.labels)).toEqual([{ ...provider, ...labels }]);
});

test('both cost a series more for each flag and provider, and no more', async () => {
  const ofEvaluations = (samples: readonly Sample[]) =>
    samples.filter(({ name }) => name.startsWith('feature_flag_evaluation_')).length;
  const [one] = await evaluated('proposal');
  const [both] = await evaluated('both');
  expect(ofEvaluations(both) - ofEvaluations(one)).toBe(TEST_FLAGS.length);
});

test('what is no name is reported', async () => {
  const [samples, warnings] = await evaluated('latest');
  expect(warnings).toEqual([expect.stringContaining('evaluationNames must be')]);
  expect(sum(samples, METRICS.evaluationRequests)).toBe(1);
});
