import { alignTo, lastValue, nearestIndex, stepOf, unionOfTimes, valueAt } from './timeline';

test('the step is the typical distance', () => {
  expect(stepOf([0, 10, 20, 90, 100])).toBe(10);
  expect(stepOf([5])).toBe(0);
});

test('the union of times is sorted and without repeats', () => {
  expect(
    unionOfTimes([
      [0, 10, 20],
      [0, 5, 10],
    ])
  ).toEqual([0, 5, 10, 20]);
  expect(
    unionOfTimes([
      [0, 10],
      [0, 10],
    ])
  ).toEqual([0, 10]);
  expect(unionOfTimes([])).toEqual([]);
});

describe('alignTo', () => {
  const grid = [0, 5, 10, 15, 20, 25, 30, 35, 40];

  it('leaves undefined between neighbouring samples and null where one is missing', () => {
    // Steps of 10; the sample at 30 is missing, so nothing may bridge 20 to 40.
    expect(alignTo(grid, [0, 10, 20, 40], [1, 2, 3, 5])).toEqual([1, undefined, 2, undefined, 3, null, null, null, 5]);
  });

  it('keeps gaps, and has nothing before the first and after the last sample', () => {
    expect(alignTo(grid, [10, 20, 30], [1, null, 3])).toEqual([
      ...[null, null, 1, undefined, null, undefined, 3],
      ...[null, null],
    ]);
  });

  it('draws no infinity', () => {
    expect(alignTo([0, 1], [0, 1], [Infinity, 2])).toEqual([null, 2]);
  });
});

test.each([
  [-100, 0],
  [4, 0],
  [6, 1],
  [10, 1],
  [29, 3],
  [500, 3],
])('the sample nearest to %p is %p', (time, index) => {
  expect(nearestIndex([0, 10, 20, 30], time)).toBe(index);
});

test('there is no nearest sample of none', () => {
  expect(nearestIndex([], 1)).toBe(-1);
});

test.each([
  [12, 2],
  [20, null],
  [36, null],
  [34, Infinity],
])('the value at %p is %p', (time, value) => {
  const samples = { times: [0, 10, 20, 30], values: [1, 2, null, Infinity], step: 10 };
  expect(valueAt(samples, time)).toBe(value);
});

test('the last value passes over gaps', () => {
  expect(lastValue([1, 2, null, undefined])).toBe(2);
  expect(lastValue([null])).toBeNull();
});
