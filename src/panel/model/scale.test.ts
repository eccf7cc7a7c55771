import { ThresholdsMode } from '@grafana/data';
import { pixelScale, scaleOf } from './scale';
import { absoluteThresholds, beyondAxis, thresholdLines } from './thresholds';
import { ticksOf } from './ticks';

test.each([
  ['from zero', [[1, 10]], { fromZero: true }, [], 0, 10.8],
  ['around the values', [[10, 20]], { fromZero: false }, [], 9.2, 20.8],
  ['negative values are not cut', [[-5, 5]], { fromZero: true }, [], -5.8, 5.8],
  ['a flat line has room on both sides', [[4, 4]], { fromZero: false }, [], 2, 6],
  ['nothing but zero', [[0, 0]], { fromZero: true }, [], 0, 0.5],
  ['no values', [[null, undefined]], { fromZero: true }, [], 0, 1],
  ['limits of the field config win', [[1, 10]], { fromZero: true, min: -2, max: 40 }, [], -2, 40],
  ['a threshold nearby is in sight', [[1, 10]], { fromZero: true }, [20], 0, 21.6],
  ['a threshold leaves the lines a third of the axis', [[1, 10]], { fromZero: true }, [30], 0, 32.4],
  ['one farther away is out of sight', [[1, 10]], { fromZero: true }, [30.1, 20, 80], 0, 21.6],
  ['one below as well', [[10, 20]], { fromZero: false }, [-80, 5], 3.8, 21.2],
  ['the nearer of both sides takes the room', [[10, 20]], { fromZero: false }, [35, 0], -1.6, 21.6],
  ['a flat line has room for what is near to it', [[4, 4]], { fromZero: false }, [5, 80], 3.92, 5.08],
  ['nothing but zero, and a limit', [[0, 0]], { fromZero: true }, [0.01], 0, 0.0108],
  ['no lines, and a limit', [[null]], { fromZero: true }, [80], 0, 1],
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
    expect(absoluteThresholds(config)).toEqual([{ value: 0.25, color: 'red' }]);
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

  it.each([
    [[], []],
    [[0, 0.5, 1], []],
    [[2, 90, 80], [['above', 2]]],
    [
      [-3, 0.5, -1, 7],
      [
        ['above', 7],
        ['below', -1],
      ],
    ],
  ])('%p: the nearest beyond each end of the axis are %p', (values, ends) => {
    const found = beyondAxis(
      values.map((value) => ({ value })),
      { min: 0, max: 1 }
    );
    expect(found.map(({ end, limit }) => [end, limit.value])).toEqual(ends);
  });
});
