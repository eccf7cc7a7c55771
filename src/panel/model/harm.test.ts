import { readVerdicts, type Verdict } from '../frames/verdicts';
import { LATENCY_REGRESSED, verdictFrame, type VerdictRow } from '../testing/verdictFrame';
import { harmOf, shadesOf } from './harm';

function verdict(row: VerdictRow): Verdict {
  const [first] = readVerdicts(verdictFrame(row)) ?? [];
  if (!first) {
    throw new Error('no verdict');
  }
  return first;
}

describe('what a difference is called', () => {
  test.each<[string, Verdict | null, number, 'worse' | 'better' | null]>([
    ['within the margin', verdict({ state: 'within margin' }), 0.002, null],
    ['beyond the margin at this moment', verdict({ state: 'within margin' }), 0.003, 'worse'],
    ['better by less than the margin', verdict({}), -0.002, null],
    ['better by more', verdict({}), -0.003, 'better'],
    ['where more is better', verdict({ direction: 'higher' }), 0.003, 'better'],
    ['withheld', verdict({ state: 'withheld' }), 0.5, null],
    ['too little to go by', verdict({ state: 'insufficient data' }), 0.5, null],
    ['not judged', null, 0.5, null],
    ['slower, as the verdict says', verdict(LATENCY_REGRESSED), 0.04, 'worse'],
    ['faster for a moment of a regression', verdict(LATENCY_REGRESSED), -0.04, null],
    ['a histogram that is not decided', verdict({ ...LATENCY_REGRESSED, state: 'inconclusive' }), 0.04, null],
  ])('%s', (_, judged, difference, want) => {
    expect(harmOf(judged, 0.0042, difference)).toBe(want);
  });
});

test('nothing is shaded while a verdict is withheld or has too little to go by, and of a histogram only what it is about', () => {
  const none = { worse: false, better: false };
  expect(shadesOf(verdict({ state: 'withheld' }))).toEqual(none);
  expect(shadesOf(verdict({ state: 'insufficient data' }))).toEqual(none);
  expect(shadesOf(verdict({ state: 'within margin' }))).toEqual({ worse: true, better: true });
  expect(shadesOf(verdict(LATENCY_REGRESSED))).toEqual({ worse: true, better: false });
  expect(shadesOf(verdict({ ...LATENCY_REGRESSED, state: 'within margin' }))).toEqual(none);
});
