import { ThresholdsMode } from '@grafana/data';
import { pixelScale, scaleOf } from './scale';
import { absoluteThresholds, thresholdLines } from './thresholds';
import { ticksOf } from './ticks';

test.each([
  ['from zero', [[1, 10]], { fromZero: true }, [], 0, 10.8],
  ['around the values', [[10, 20]], { fromZero: false }, [], 9.2, 20.8],
  ['negative values are not cut', [[-5, 5]], { fromZero: true }, [], -5.8, 5.8],
  ['a flat line has room on both sides', [[4, 4]], { fromZero: false }, [], 2, 6],
  ['nothing but zero', [[0, 0]], { fromZero: true }, [], 0, 0.5],
  ['no values', [[null, undefined]], { fromZero: true }, [], 0, 1],
  ['limits of the field config win', [[1, 10]], { fromZero: true, min: -2, max: 40 }, [], -2, 40],
  ['a threshold is in sight', [[1, 10]], { fromZero: true }, [20], 0, 21.6],
] as const)('%s', (_, lines, limits, marks, min, max) => {
  const scale = scaleOf(
    lines.map((line) => [...line]),
    limits,
    marks
  );
  expect(scale.min).toBeCloseTo(min, 9);
  expect(scale.max).toBeCloseTo(max, 9);
});

test('values turn into pixels from the top', () => {
  expect(pixelScale({ min: 0, max: 10 }, 200)(10)).toBe(0);
  expect(pixelScale({ min: 0, max: 10 }, 200)(2.5)).toBe(150);
});

test.each([
  [{ min: 0, max: 0.43 }, 300, 60, [0, 0.1, 0.2, 0.3, 0.4]],
  [{ min: 0, max: 1 }, 40, 20, [0, 0.5, 1]],
  [{ min: 150, max: 250 }, 100, 30, [150, 200, 250]],
  [{ min: -1, max: 1 }, 80, 30, [-1, 0, 1]],
])('ticks of %p on %p pixels', (scale, height, spacing, values) => {
  expect(ticksOf(scale, height, spacing).values).toEqual(values);
});

describe('thresholds', () => {
  const steps = [
    { value: -Infinity, color: 'green' },
    { value: 0.25, color: 'red' },
    { value: 9, color: 'transparent' },
  ];

  it('draws absolute steps that lie in sight', () => {
    const config = { mode: ThresholdsMode.Absolute, steps };
    expect(absoluteThresholds(config)).toEqual([0.25]);
    expect(thresholdLines(config, { min: 0, max: 1 })).toEqual([{ value: 0.25, color: 'red' }]);
    expect(thresholdLines(config, { min: 0, max: 0.2 })).toEqual([]);
  });

  it('draws percentages as parts of the axis', () => {
    const config = { mode: ThresholdsMode.Percentage, steps: [{ value: 50, color: 'red' }] };
    expect(absoluteThresholds(config)).toEqual([]);
    expect(thresholdLines(config, { min: 10, max: 30 })).toEqual([{ value: 20, color: 'red' }]);
  });

  it('draws none where there are none', () => {
    expect(thresholdLines(undefined, { min: 0, max: 1 })).toEqual([]);
  });
});
