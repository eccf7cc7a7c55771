import { seeded } from '../random';
import { initialState, type DemoState } from '../state';
import { fateOf } from './work';

type Kind = Parameters<typeof fateOf>[0];

const healthy: DemoState = {
  ...initialState(),
  faults: {
    'checkout-v2-slow-tail': false,
    'search-ranking-errors': false,
    'application-slow': false,
    'application-errors': false,
  },
};

const withFault = (name: keyof DemoState['faults']): DemoState => ({
  ...healthy,
  faults: { ...healthy.faults, [name]: true },
});

/** Percentiles in milliseconds and the share of failures, of 20,000 requests. */
function measure(kind: Kind, feature: boolean, state: DemoState) {
  const random = seeded(42);
  const fates = Array.from({ length: 20_000 }, () => fateOf(kind, feature, state, random));
  const times = fates.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (quantile: number) => times[Math.floor(quantile * times.length)] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), errors: fates.filter(({ fails }) => fails).length / fates.length };
}

const kinds: Kind[] = ['product', 'search', 'checkout', 'orders'];

test.each(kinds)('without faults the feature of %s is exactly like its baseline', (kind) => {
  expect(measure(kind, true, healthy)).toEqual(measure(kind, false, healthy));
});

describe.each([
  ['checkout-v2-slow-tail', 'checkout'],
  ['search-ranking-errors', 'search'],
] as const)('%s', (fault, hit) => {
  test.each(kinds)('leaves the baseline of %s as it is', (kind) => {
    expect(measure(kind, false, withFault(fault))).toEqual(measure(kind, false, healthy));
  });

  test.each(kinds.filter((kind) => kind !== hit))('leaves the feature of %s as it is', (kind) => {
    expect(measure(kind, true, withFault(fault))).toEqual(measure(kind, true, healthy));
  });
});

test('checkout-v2-slow-tail makes the tail slower and leaves the median and the errors nearly alone', () => {
  const before = measure('checkout', true, healthy);
  const after = measure('checkout', true, withFault('checkout-v2-slow-tail'));
  expect(after.p95 / before.p95).toBeGreaterThan(2.5);
  expect(after.p50 / before.p50).toBeLessThan(1.2);
  expect(after.errors).toBeCloseTo(before.errors, 2);
});

test('search-ranking-errors fails about one request in twenty-five more', () => {
  const before = measure('search', true, healthy);
  const after = measure('search', true, withFault('search-ranking-errors'));
  expect(after.errors - before.errors).toBeCloseTo(0.04, 2);
  expect(after.p95).toBe(before.p95);
});

test.each(kinds)('faults of the application hit both variants of %s alike', (kind) => {
  for (const fault of ['application-slow', 'application-errors'] as const) {
    expect(measure(kind, true, withFault(fault))).toEqual(measure(kind, false, withFault(fault)));
  }
  expect(measure(kind, false, withFault('application-slow')).p50 / measure(kind, false, healthy).p50).toBeCloseTo(
    2.5,
    5
  );
  expect(measure(kind, false, withFault('application-errors')).errors).toBeGreaterThan(0.07);
});
