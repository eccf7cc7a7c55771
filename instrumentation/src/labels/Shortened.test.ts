import { Registry } from 'prom-client';
import { createInstrumentation } from '../createInstrumentation';
import { METRICS } from '../floor/conventions';
import { matching, readMetrics, sum } from '../testing/readMetrics';
import { Shortened } from './Shortened';

const LONG = 'team-payments.service-checkout.experiment-2026-11-new-flow-with-very-long-names-';

test('flags and variants that begin alike stay apart, are counted and reported', async () => {
  const registry = new Registry();
  const warnings: string[] = [];
  const { run, requests } = createInstrumentation({ registry, onWarning: (message) => warnings.push(message) });
  for (let i = 0; i < 3; i++) {
    run({ route: 'job' }, () => {
      requests.tag(`${LONG}A`, () => `${LONG}on`);
      requests.tag(`${LONG}B`, () => `${LONG}off`);
    });
  }

  const samples = await readMetrics(registry);
  const split = matching(samples, `${METRICS.flagRequestDuration}_count`).filter(({ value }) => value > 0);
  expect(split.map(({ value }) => value)).toEqual([3, 3]);
  for (const label of ['feature_flag_key', 'feature_flag_variant']) {
    expect(new Set(split.map(({ labels }) => labels[label])).size).toBe(2);
    expect(split.every(({ labels }) => labels[label]?.length === 64 && labels[label].startsWith('team-payments'))).toBe(
      true
    );
    expect(sum(samples, METRICS.shortened, { label })).toBe(2);
    expect(warnings).toContainEqual(expect.stringContaining(`"${label}" has more than 64 characters`));
  }
});

test('what was registered is found again when it is evaluated', async () => {
  const registry = new Registry();
  const flags = [{ key: `${LONG}A`, variants: [`${LONG}off`, `${LONG}on`] }];
  const { run, requests } = createInstrumentation({ registry, flags, onWarning: () => undefined });
  run({ route: 'job' }, () => requests.tag(`${LONG}A`, () => `${LONG}on`));

  const split = matching(await readMetrics(registry), `${METRICS.flagRequestDuration}_count`, { status: '200' });
  expect(split.map(({ value }) => value).sort()).toEqual([0, 1]);
});

test.each([1, 5, 8, 9, 10, 11, 64])('no value is longer than %i characters', (length) => {
  const shortened = new Shortened(length, undefined);
  for (const value of ['a'.repeat(2000), '😀'.repeat(100), LONG]) {
    const short = shortened.of(value, 'route');
    expect(Array.from(short).length).toBeLessThanOrEqual(length);
    expect(short).toBe(shortened.of(value, 'route'));
    expect(short).not.toMatch(/\p{Surrogate}/u);
  }
});
