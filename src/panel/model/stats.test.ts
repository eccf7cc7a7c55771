import { byImportance, fromTop, primaryStat, statLabel, weightOf } from './stats';

test.each([
  [['p50', 'p95', 'p99', 'mean'], 'p95'],
  [['p50', 'p90', 'mean'], 'p90'],
  [['mean'], 'mean'],
  [['share', 'rate'], 'rate'],
  [[], undefined],
])('of %p the primary one is %p', (stats, primary) => {
  expect(primaryStat(stats)).toBe(primary);
});

test.each([
  ['p95', 'primary'],
  ['p50', 'inner'],
  ['p99.9', 'outer'],
  ['mean', 'mean'],
])('beside p95, %p is %p', (stat, weight) => {
  expect(weightOf(stat, 'p95')).toBe(weight);
});

test('statistics are ordered for tracks and for tables', () => {
  expect(fromTop(['p50', 'p95', 'p99', 'mean'])).toEqual(['p99', 'p95', 'p50', 'mean']);
  expect(byImportance(['p50', 'p95', 'p99', 'mean'])).toEqual(['p95', 'p99', 'p50', 'mean']);
});

test('a statistic is named where it adds something', () => {
  expect(statLabel('latency', 'p95')).toBe('latency p95');
  expect(statLabel('errors', 'ratio')).toBe('errors');
});
