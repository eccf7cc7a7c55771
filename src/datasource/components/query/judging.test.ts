import { formatShares, parseShares } from '../config/allocations';
import { alphaError } from '../config/validation';
import { parseSince } from './judging';
import { withType } from './queryTypes';

describe('parseSince', () => {
  it.each([
    ['1763726700000', 1_763_726_700_000],
    ['2026-11-21T12:05:00Z', Date.UTC(2026, 10, 21, 12, 5)],
    ['2026-11-21 12:05', new Date(2026, 10, 21, 12, 5).getTime()],
    ['rollout', 'rollout'],
    ['$since', '$since'],
  ])('reads %s', (text, wanted) => {
    expect(parseSince(text)).toBe(wanted);
  });

  // Seconds are another year than whoever writes them means.
  it.each(['', 'noon', '1763726700', '2026-13-45 99:99', '12:05'])('refuses %s', (text) => {
    expect(parseSince(text)).toBeUndefined();
  });
});

describe('parseShares', () => {
  it.each([
    ['off=90, on=10', { off: 90, on: 10 }],
    ['off = 0.5,on=0.5%', { off: 0.5, on: 0.5 }],
    ['a=b=1', { 'a=b': 1 }],
    ['constructor=1', { constructor: 1 }],
  ])('reads %s', (text, wanted) => {
    expect(parseShares(text)).toEqual(wanted);
  });

  it.each(['', 'off', 'off=90, off=10', 'off=-1', 'off=0, on=0', 'off=90,'])('refuses %s', (text) => {
    expect(parseShares(text)).toBeUndefined();
  });

  it('reads what formatShares writes', () => {
    expect(parseShares(formatShares({ off: 90, on: 10 }))).toEqual({ off: 90, on: 10 });
  });
});

it.each([
  [undefined, true],
  [0.01, true],
  [0.1, true],
  [0, false],
  [0.2, false],
  [Number.NaN, false],
])('an alpha of %p is right: %p', (alpha, right) => {
  expect(alphaError(alpha) === undefined).toBe(right);
});

describe('withType', () => {
  const query = { refId: 'A', queryType: 'compare' as const, flag: 'f', signals: ['errors'] };

  it('leaves out what the other type cannot answer with', () => {
    const grouped = { ...query, stats: ['p95'], groupBy: ['route'], format: 'table' as const };
    expect(withType(grouped, 'verdict')).toEqual({
      ...query,
      queryType: 'verdict',
      stats: undefined,
      groupBy: undefined,
      format: 'table',
    });
  });

  it('keeps what both answer with', () => {
    expect(withType({ ...query, stats: ['p95'], groupBy: ['route'] }, 'split')).toMatchObject({
      stats: ['p95'],
      groupBy: ['route'],
    });
  });
});
