import { LATENCY_REGRESSED, verdictFrame, type VerdictRow } from '../testing/verdictFrame';
import { readVerdicts, type Verdict } from '../frames/verdicts';
import { explanation, figures, forecastWords, marginWords, pillWords } from './verdictWords';

function verdictOf(row: VerdictRow): Verdict {
  const [verdict] = readVerdicts(verdictFrame(row)) ?? [];
  if (!verdict) {
    throw new Error('no verdict');
  }
  return verdict;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the pill', () => {
  test.each<[string, VerdictRow, string, string]>([
    [
      'a histogram by the share above its edge',
      LATENCY_REGRESSED,
      'Regressed',
      'latency over 250 ms +4.0 pp (+2.1 to +5.5), margin +25%',
    ],
    ['a ratio', {}, 'Inconclusive', 'errors +0.20 pp (+0.08 to +0.32), margin +0.25 pp'],
    [
      'a quantity of which more is better',
      {
        signal: 'throughput',
        stat: 'rate',
        state: 'within margin',
        unit: 'reqps',
        difference_unit: 'reqps',
        direction: 'higher',
        baseline_value: 65,
        variant_value: 65.1,
        difference: 7e-15,
        lower: -0.6,
        upper: 0.8,
        margin: -3.25,
        margin_relative: 0.05,
        margin_absolute: 0,
      },
      'Within margin',
      'throughput 0.0 req/s (\u22120.6 to +0.8), margin \u22125%',
    ],
    [
      'requests that are not split as they should be',
      { state: 'withheld', share_state: 'mismatch', share_variant: 0.532 },
      'Withheld',
      '46.8 : 53.2 against 50.0 : 50.0 allocated',
    ],
    ['processes that are not seen', { state: 'withheld', signal: 'cache_hits' }, 'Withheld', 'cache hits'],
    [
      'too little',
      { state: 'insufficient data', n_baseline: 200, n_variant: 14 },
      'Insufficient data',
      'errors, 214 so far',
    ],
    ['nothing', { state: 'no data' }, 'No data', 'errors'],
  ])('says of %s', (_, row, word, detail) => {
    const verdict = verdictOf(row);
    expect(pillWords(verdict, [verdict], false)).toEqual({ word, detail });
  });

  it('leaves the margin out where it is short, and names the feature where there are several', () => {
    const verdict = verdictOf({});
    const other = verdictOf({ variant: 'next' });
    expect(pillWords(verdict, [verdict, other], true).detail).toBe('on, errors +0.20 pp (+0.08 to +0.32)');
  });
});

test.each<[VerdictRow, string]>([
  [{ margin_relative: 0.1, margin_absolute: 0.001 }, '+10% and +0.1 pp'],
  [{ margin_relative: 0.125, margin_absolute: 0 }, '+12.5%'],
  [{ margin_relative: 0, margin_absolute: 0, margin: 0 }, 'none'],
  [{ margin_relative: 0, margin_absolute: 0.05, unit: 's', difference_unit: 's' }, '+50 ms'],
])('the margin of %p is %p', (row, words) => {
  expect(marginWords(verdictOf(row))).toBe(words);
});

test.each<[string, number | null, string]>([
  ['inconclusive', 4.1 * HOUR, 'in about 4 h 10 m'],
  ['inconclusive', 40 * MINUTE, 'in about 40 m'],
  ['insufficient data', 9.2 * HOUR, 'in about 9 h'],
  ['inconclusive', -HOUR, ''],
  ['regressed', HOUR, ''],
])('a verdict %s with a forecast %p ms ahead is decided %p', (state, ahead, words) => {
  const now = 1_000_000_000;
  expect(forecastWords(verdictOf({ state, forecast: ahead === null ? null : now + ahead }), now)).toBe(words);
});

describe('the explanation', () => {
  it("is the backend's own words after the headline", () => {
    expect(explanation(verdictOf(LATENCY_REGRESSED), 0)).toBe('Rests on 14,600 requests with off and 14,600 with on.');
  });

  it('is made of the numbers where the backend says no more', () => {
    expect(explanation(verdictOf({ state: 'regressed', state_live: 'within margin', observational: true }), 0)).toBe(
      'It stands until a new rollout begins; now within margin. Rests on 14.6 k of each variant. ' +
        'The interval is at 98% and holds at every look. Observational: the variants were targeted, not drawn by lot.'
    );
  });

  it('ends with figures, as far as there are any', () => {
    expect(figures(verdictOf({}))).toBe(
      '372 minutes of 6 processes; counts scatter 1.8 times as much as independent ones; profile strict.'
    );
    expect(figures(verdictOf({ ticks: 1, processes: 0, dispersion: 1, profile: '' }))).toBe('One minute.');
  });
});
