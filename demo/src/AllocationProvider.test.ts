import type { EvaluationContext } from '@openfeature/server-sdk';
import { AllocationProvider, position } from './AllocationProvider';
import { checkoutV2, searchRanking } from './flags';

const users = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);

async function featureUsers(percentage: number, key = checkoutV2.key): Promise<string[]> {
  const provider = new AllocationProvider(() => percentage);
  const served = await Promise.all(
    users.map(async (user) => {
      const { variant } =
        key === searchRanking.key
          ? await provider.resolveStringEvaluation(key, '', { targetingKey: user })
          : await provider.resolveBooleanEvaluation(key, false, { targetingKey: user });
      return variant === checkoutV2.feature || variant === searchRanking.feature ? user : undefined;
    })
  );
  return served.filter((user) => user !== undefined);
}

test.each([0, 1, 10, 50, 90, 100])('%d percent of the users get the feature', async (percentage) => {
  const share = ((await featureUsers(percentage)).length / users.length) * 100;
  // Four standard deviations of a binomial share of 20,000; nothing at all at the ends.
  const tolerance = 4 * Math.sqrt((percentage * (100 - percentage)) / users.length);
  expect(Math.abs(share - percentage)).toBeLessThanOrEqual(tolerance);
});

test('a user keeps the variant, and who has a feature keeps it while it grows', async () => {
  const ten = await featureUsers(10);
  const fifty = new Set(await featureUsers(50));

  expect(await featureUsers(10)).toEqual(ten);
  expect(ten.every((user) => fifty.has(user))).toBe(true);
});

test('flags are allocated independently of each other', async () => {
  const checkout = await featureUsers(50);
  const search = new Set(await featureUsers(50, searchRanking.key));
  const both = checkout.filter((user) => search.has(user)).length / users.length;
  expect(both).toBeCloseTo(0.25, 1);
});

test('positions lie from 0 to below 100', () => {
  const positions = users.map((user) => position('checkout-v2', user));
  expect(Math.min(...positions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...positions)).toBeLessThan(100);
});

test('values and variants belong together', async () => {
  const all = new AllocationProvider(() => 100);
  const user = { targetingKey: 'user-1' };
  await expect(all.resolveBooleanEvaluation('checkout-v2', false, user)).resolves.toEqual({
    value: true,
    variant: 'on',
    reason: 'SPLIT',
  });
  await expect(all.resolveStringEvaluation('search-ranking', '', user)).resolves.toEqual({
    value: 'new-ranking',
    variant: 'new-ranking',
    reason: 'SPLIT',
  });
});

test.each<EvaluationContext>([{}, { targetingKey: '' }])(
  'without a user the baseline is served: %j',
  async (context) => {
    await expect(
      new AllocationProvider(() => 100).resolveBooleanEvaluation('checkout-v2', true, context)
    ).resolves.toEqual({ value: false, variant: 'off', reason: 'DEFAULT' });
  }
);

test('what it does not have is refused with the code of OpenFeature', async () => {
  const provider = new AllocationProvider(() => 50);
  const user = { targetingKey: 'user-1' };
  await expect(provider.resolveBooleanEvaluation('nope', false, user)).rejects.toMatchObject({
    code: 'FLAG_NOT_FOUND',
  });
  await expect(provider.resolveStringEvaluation('checkout-v2', '', user)).rejects.toMatchObject({
    code: 'TYPE_MISMATCH',
  });
  await expect(provider.resolveNumberEvaluation('checkout-v2')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  await expect(provider.resolveObjectEvaluation('checkout-v2')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
});
