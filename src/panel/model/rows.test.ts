import { changeOf, directionWords, mainRowsFirst, rowsOfLatest } from './rows';
import { viewOf } from './view';
import { pair } from '../testing/frames';

test.each([
  [1, 'lower', 'worse'],
  [-1, 'lower', 'better'],
  [1, 'higher', 'better'],
  [-1, 'higher', 'worse'],
  [1, 'neutral', null],
  [0, 'lower', null],
  [null, 'lower', null],
] as const)('a difference of %p where %p is better is %p', (difference, direction, change) => {
  expect(changeOf(difference, direction)).toBe(change);
});

test('the direction is said in words', () => {
  expect(directionWords('lower')).toBe('lower is better');
  expect(directionWords('neutral')).toBe('');
});

test('small tables begin with what each signal is judged by', () => {
  const frames = [
    ...pair({ stat: 'p50' }, [1], [1]),
    ...pair({ stat: 'p95' }, [1], [1]),
    ...pair({ signal: 'errors', stat: 'ratio' }, [1], [1]),
  ];
  const rows = rowsOfLatest(viewOf(frames, { maxFeatures: 1 })?.signals ?? []);
  expect(rows.map(({ label }) => label)).toEqual(['latency p95', 'latency p50', 'errors']);
  expect(mainRowsFirst(rows).map(({ label }) => label)).toEqual(['latency p95', 'errors', 'latency p50']);
});
