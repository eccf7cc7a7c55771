import type { Scenario } from '../../demo/src/history/timeline';
import { BackendUnderTest, type Row } from './support/BackendUnderTest';
import { PastPrometheus } from './support/PastPrometheus';

jest.setTimeout(300_000);

/*
 * An hour and three quarters of the demo's traffic, by the wall clock of the scenario:
 *   0:00  nobody has a feature; two faults lie in wait
 *   0:10  half of the users get every feature
 *   0:58  the faults of the features are fixed
 *   1:00  a new rollout, to 40% of the users
 *   1:20  to 1:30 the application itself fails more and is slower, for both variants alike
 *   1:45  the end
 */
const minute = 60;
const end = Math.floor(Date.now() / 1000 / minute) * minute - 5 * minute;
const start = end - 105 * minute;
const at = (minutes: number) => start + minutes * minute;

const everyFlag = (percentage: number) => ({
  'checkout-v2': percentage,
  'search-ranking': percentage,
  recommendations: percentage,
  'order-history': percentage,
});

const scenario: Scenario = {
  start,
  end,
  step: 15,
  seed: 7,
  changes: [
    { at: 0, percentages: everyFlag(0), rps: 80 },
    { at: 0, faults: { 'checkout-v2-slow-tail': true, 'search-ranking-errors': true } },
    { at: at(10), percentages: everyFlag(50) },
    { at: at(58), faults: { 'checkout-v2-slow-tail': false, 'search-ranking-errors': false } },
    { at: at(60), percentages: everyFlag(40) },
    { at: at(80), faults: { 'application-slow': true, 'application-errors': true } },
    { at: at(90), faults: { 'application-slow': false, 'application-errors': false } },
  ],
};

const signals = ['latency', 'errors'];
const flags = [
  { flag: 'checkout-v2', variant: 'on', hit: 'latency' },
  { flag: 'search-ranking', variant: 'new-ranking', hit: 'errors' },
  { flag: 'recommendations', variant: 'on', hit: undefined },
];

/** Minutes of the scenario at which a person or an alert rule looks. */
const looks = (first: number, last: number, every = 3) =>
  Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, look) => first + look * every);
const firstRollout = looks(13, 57);
const secondRollout = looks(63, 105);

/** What a verdict may be of a feature that is as good as its baseline. */
const harmless = ['within margin', 'inconclusive', 'insufficient data'];

let prometheus: PastPrometheus;
let backend: BackendUnderTest;

beforeAll(async () => {
  prometheus = await PastPrometheus.start(scenario);
  backend = await BackendUnderTest.start(prometheus.url);
});

afterAll(async () => {
  await backend.stop();
  await prometheus.stop();
});

/** The verdicts of a flag as a look at a minute of the scenario finds them, by signal. */
async function verdicts(flag: string, minutes: number): Promise<Map<string, Row>> {
  const span = { from: at(minutes) - 15 * minute, to: at(minutes) };
  const rows = await backend.rows({ queryType: 'verdict', flag, signals }, span);
  return new Map(rows.map((row) => [String(row.signal), row]));
}

/** A rollout begins with the first whole minute of the new allocation. @param found unix milliseconds */
function expectBegunAt(minutes: number, found: unknown): void {
  expect([at(minutes) * 1000, at(minutes + 1) * 1000]).toContain(found);
}

/** The states of a signal of a flag at several looks. */
async function states(flag: string, signal: string, minutes: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  for (const look of minutes) {
    found.push(String((await verdicts(flag, look)).get(signal)?.state));
  }
  return found;
}

const untouched = flags.flatMap(({ flag, hit }) =>
  signals.filter((signal) => signal !== hit).map((signal) => [flag, signal] as const)
);

describe('while the faults are on', () => {
  test.each(untouched)('%s is never regressed on %s, at whatever minute one looks', async (flag, signal) => {
    const found = await states(flag, signal, firstRollout);
    expect(found.filter((state) => !harmless.includes(state))).toEqual([]);
    expect(['within margin', 'inconclusive']).toContain(found.at(-1));
  });

  test.each([
    ['checkout-v2', 'latency'],
    ['search-ranking', 'errors'],
  ])('%s is regressed on %s, and stays so', async (flag, signal) => {
    const found = await states(flag, signal, firstRollout);
    const first = found.indexOf('regressed');
    expect(first).toBeGreaterThanOrEqual(0);
    expect(new Set(found.slice(first))).toEqual(new Set(['regressed']));
    expect(found.slice(0, first).filter((state) => !['insufficient data', 'inconclusive'].includes(state))).toEqual([]);
  });

  test('the numbers beside the verdict are those of the shop, and say the same as it', async () => {
    const latency = (await verdicts('checkout-v2', 57)).get('latency');
    expect(latency).toMatchObject({ variant: 'on', baseline: 'off', state_live: 'regressed', observational: false });
    expect(latency?.evidence).toBeGreaterThanOrEqual(1);
    expect(latency?.lower).toBeGreaterThan(Number(latency?.margin));
    expect(latency?.difference).toBeGreaterThan(Number(latency?.lower));
    expect(latency?.difference).toBeLessThan(Number(latency?.upper));

    const errors = (await verdicts('search-ranking', 57)).get('errors');
    expect(errors?.evidence).toBeGreaterThanOrEqual(1);
    // The shop fails 0.5% of the requests, and 4 percentage points more with the fault.
    expect(errors?.baseline_value).toBeCloseTo(0.005, 2);
    expect(errors?.variant_value).toBeCloseTo(0.045, 2);
    expect(errors?.lower).toBeGreaterThan(Number(errors?.margin));
    expect(errors?.upper).toBeGreaterThan(0.04);
    expectBegunAt(10, errors?.since);
    expect(errors?.reason).toMatch(/new-ranking/);
    // 80 a second, a third of it on the search, for 47 minutes, split in two.
    expect(errors?.n_variant).toBeGreaterThan(0.8 * 0.5 * 0.33 * 80 * 47 * minute);
    expect(errors?.n_variant).toBeLessThan(1.2 * 0.5 * 0.33 * 80 * 47 * minute);
  });
});

describe('after they are fixed and a new rollout has begun', () => {
  test.each(flags.flatMap(({ flag }) => signals.map((signal) => [flag, signal] as const)))(
    '%s is not regressed on %s any more, also while the application itself is in trouble',
    async (flag, signal) => {
      const found = await states(flag, signal, secondRollout);
      expect(found.filter((state) => ![...harmless, 'improved'].includes(state))).toEqual([]);
      expect(['within margin', 'inconclusive', 'improved']).toContain(found.at(-1));
    }
  );

  test('the verdict is about the new rollout alone', async () => {
    const errors = (await verdicts('search-ranking', 105)).get('errors');
    expectBegunAt(60, errors?.since);
    expect(errors?.share_expected).toBeCloseTo(0.4, 9);
    expect(errors?.share_state).not.toBe('mismatch');
  });

  test('the trouble of the application is seen in both variants', async () => {
    const count = 'feature_flag_http_request_duration_seconds_count{feature_flag_key="recommendations"';
    const ratio = `sum by (feature_flag_variant) (increase(${count},status="500"}[9m])) / sum by (feature_flag_variant) (increase(${count}}[9m]))`;
    const found = await prometheus.query(ratio, at(90));
    expect(found.map(({ metric }) => metric.feature_flag_variant).sort()).toEqual(['off', 'on']);
    for (const { value } of found) {
      expect(Number(value[1])).toBeGreaterThan(0.07);
    }
  });
});

describe('as an alert rule asks', () => {
  async function alerts(flag: string, minutes: number) {
    const span = { from: at(minutes) - 15 * minute, to: at(minutes) };
    const frames = await backend.frames({ queryType: 'verdict', format: 'alert', flag, signals }, span);
    return frames.map(({ schema, data }) => ({
      name: schema.fields[0]?.name,
      fields: schema.fields.length,
      type: schema.meta?.type,
      labels: schema.fields[0]?.labels,
      values: data.values[0],
    }));
  }

  /** Before the rollout, at each stage of both, and after the last sample. */
  const moments = [5, 12, 20, 40, 57, 61, 75, 85, 105, 125];

  test.each(flags)('$flag always has a number of each signal, that never is missing', async ({ flag, variant }) => {
    for (const moment of moments) {
      const found = await alerts(flag, moment);
      expect({ moment, labels: found.map(({ labels }) => labels) }).toEqual({
        moment,
        labels: signals.map((signal) => ({ flag, variant, signal })),
      });
      for (const { name, fields, type, values } of found) {
        expect({ name, fields, type, count: values?.length }).toEqual({
          name: 'evidence',
          fields: 1,
          type: 'numeric-multi',
          count: 1,
        });
        expect(Number.isFinite(values?.[0])).toBe(true);
      }
    }
  });

  test.each(flags)('$flag fires where it is regressed and nowhere else', async ({ flag, hit }) => {
    for (const moment of [5, 12, 57, 75, 105]) {
      const firing = (await alerts(flag, moment))
        .filter(({ values }) => Number(values?.[0]) >= 1)
        .map(({ labels }) => labels?.signal);
      expect({ moment, firing }).toEqual({ moment, firing: moment === 57 && hit !== undefined ? [hit] : [] });
    }
  });
});

test('the changes of the allocation are annotations at their time', async () => {
  const rows = await backend.rows({ queryType: 'changes', flag: 'checkout-v2' }, { from: start, to: end });
  const features = rows.filter(({ variant }) => variant === 'on');
  expect(features.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ['allocation', 0, 0.5],
    ['allocation', 0.5, 0.4],
  ]);
  expectBegunAt(10, features[0]?.time);
  expectBegunAt(60, features[1]?.time);
});
