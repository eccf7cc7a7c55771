import { bucketPlaces } from './bucketScale';

const finding = {
  flag: 'f',
  signal: 's',
  metric: 'm',
  unit: 's',
  quantile: 0.95,
  status: 'fail' as const,
  text: '',
  value: 0.375,
  lower: 0.25,
  bounds: [0.1, 0.25, 0.5],
  add: [0.3],
};

test('bounds are evenly spaced, and a value lies inside its bucket', () => {
  const { bounds, from, to, value, add } = bucketPlaces({ ...finding, upper: 0.5 });
  const [first = -1, second = -1, third = -1] = bounds;
  expect(first).toBe(0);
  expect(third - second).toBeCloseTo(second - first);
  expect([from, to]).toEqual([second, third]);
  expect(value).toBeCloseTo((from + to) / 2);
  expect(add[0]).toBeGreaterThan(from);
  expect(add[0]).toBeLessThan(value);
});

test('a value beyond the last bound lies in the part without an end', () => {
  const { from, to, value } = bucketPlaces({ ...finding, value: 9, lower: 0.5 });
  expect(to).toBe(100);
  expect(value).toBeGreaterThan(from);
  expect(value).toBeLessThan(100);
});
