import { goldenFrames, minutes, pair } from '../testing/frames';
import { verdictFrame } from '../testing/verdictFrame';
import { boundRange, boundScale, logTicks, tailScale } from './axes';
import { distributionOf, totalOf } from './distribution';
import { distributionLayout } from './distributionLayout';
import { heatCells } from './heatCells';
import { heatmapShares } from './heatmapShares';
import { changeWords, shiftScale, shiftWords } from './shift';
import { TimeAxis } from './timeAxis';

const frames = ['cdf', 'shift', 'heatmap'].flatMap(goldenFrames);

describe('the distribution of frames', () => {
  it('is read as the backend writes it', () => {
    const view = distributionOf([...frames, ...pair({ stat: 'p95' }, [0.1], [0.2]), verdictFrame({})], 'latency');
    expect(view).toMatchObject({
      flag: 'checkout-v2',
      signal: 'latency',
      unit: 's',
      baseline: 'off',
      features: ['on'],
    });
    expect(view?.cumulative.map(({ variant, role, points }) => [variant, role, points])).toEqual([
      [
        'off',
        'baseline',
        [
          { bound: 0.05, share: 0.8, count: 800 },
          { bound: Infinity, share: 1, count: 1000 },
        ],
      ],
      [
        'on',
        'feature',
        [
          { bound: 0.05, share: 0.6, count: 60 },
          { bound: Infinity, share: 1, count: 100 },
        ],
      ],
    ]);
    expect(view?.cumulative.map(totalOf)).toEqual([1000, 100]);
    expect(view?.shifts.get('on')?.map(({ quantile, lower, upper }) => [quantile, lower, upper])).toEqual([
      [0.5, -0.025, 0.025],
      [0.99, null, Infinity],
    ]);
    expect(view?.heatmaps.map(({ variant, rows }) => [variant, rows.map(({ upper }) => upper)])).toEqual([
      ['off', [1e-7, 0.05, 0.1, Infinity]],
      ['on', [1e-7, 0.05]],
    ]);
    expect(view?.lines.map(({ role, values }) => [role, values])).toEqual([
      ['baseline', [0.1]],
      ['feature', [0.2]],
    ]);
    expect(view?.verdicts).toHaveLength(1);
  });

  it('is not found in a comparison', () => {
    expect(distributionOf(goldenFrames('compare-two-signals'), '')).toBeNull();
    expect(distributionOf(goldenFrames('table'), '')).toBeNull();
  });
});

describe('the axes', () => {
  const points = [
    { bound: 0.01, share: 0 },
    { bound: 0.1, share: 0.5 },
    { bound: 1, share: 0.9995 },
    { bound: 10, share: 1 },
    { bound: Infinity, share: 1 },
  ];

  it('go from below the first bucket that has something to where nearly all is', () => {
    expect(boundRange([points])).toEqual({ from: 0.01, to: 1 });
    expect(boundRange([[{ bound: Infinity, share: 1 }]])).toBeNull();
    expect(boundRange([[{ bound: 0.1, share: 1 }]])).toEqual({ from: 0.05, to: 0.1 });
  });

  it('place bounds by their logarithm and shares by their distance from all', () => {
    const position = boundScale({ from: 0.01, to: 1 }, [0, 1]);
    const tailPosition = tailScale([0, 1]);
    expect([0.01, 0.1, 1].map((bound) => Number(position(bound).toFixed(6)))).toEqual([0, 0.5, 1]);
    expect([-1, 0, 0.001, 2, Infinity].map(position)).toEqual([0, 0, 0, 1, 1]);
    expect(tailPosition(0)).toBeCloseTo(0, 12);
    expect(tailPosition(0.99) - tailPosition(0.9)).toBeCloseTo(tailPosition(0.9) - tailPosition(0), 9);
    expect(tailPosition(1)).toBe(1);
  });

  it('have round ticks, no more than there is room for', () => {
    expect(logTicks({ from: 0.01, to: 1 }, 10)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks({ from: 0.01, to: 1 }, 5)).toEqual([0.01, 0.05, 0.1, 0.5, 1]);
    const hours = new TimeAxis(30 * 60_000, 5 * 3_600_000, 'utc').ticks(5).map(({ time }) => time / 3_600_000);
    expect(hours).toEqual([1, 2, 3, 4, 5]);
  });
});

test('cells hold the share of each moment, which its sample ends', () => {
  const heatmap = {
    flag: '',
    variant: 'on',
    signal: 'latency',
    role: 'feature' as const,
    times: minutes(3),
    rows: [
      { upper: 0.1, values: [3, null, 0] },
      { upper: Infinity, values: [1, null, 0] },
    ],
  };
  expect(heatCells(heatmap, new TimeAxis(-60_000, 120_000, 'utc'))).toEqual([
    { start: -60_000, end: 0, lower: 0, upper: 0.1, share: 0.75 },
    { start: -60_000, end: 0, lower: 0.1, upper: Infinity, share: 0.25 },
  ]);
  expect(heatmapShares(heatmap)).toEqual([
    { bound: 0.1, share: 0.75 },
    { bound: Infinity, share: 1 },
  ]);
});

describe('the shift', () => {
  const row = {
    flag: 'f',
    baseline: 'off',
    variant: 'on',
    signal: 'latency',
    unit: 's',
    quantile: 0.95,
    baselineValue: 0.186,
    variantValue: 0.224,
    difference: 0.038,
    lower: -0.15,
    upper: 0.4,
  };

  it('is said with what the buckets leave open', () => {
    expect(changeWords(row)).toEqual({
      difference: '+38 ms',
      ratio: '×1.20',
      open: '\u2212150 to +400 by the buckets',
    });
    expect(shiftWords({ ...row, lower: null, upper: null })).toBe('p95: 186 ms to 224 ms, +38 ms');
  });

  it('has an axis on which wide buckets do not hide the differences', () => {
    const { min, max } = shiftScale([row, { ...row, upper: Infinity }]);
    expect(max).toBeLessThan(0.12);
    expect(max).toBeGreaterThan(0.038);
    expect(min).toBeGreaterThan(-0.12);
    expect(shiftScale([{ ...row, difference: null, lower: null, upper: null }])).toEqual({ min: -1, max: 1 });
  });
});

const parts = ['cumulative', 'shift', 'time'] as const;

test.each([
  [1200, 460, [['cumulative', 'shift', 'time']], false],
  [800, 600, [['cumulative', 'shift'], ['time']], false],
  [800, 400, [['shift']], true],
  [480, 900, [['cumulative'], ['shift'], ['time']], false],
  [480, 320, [['shift']], true],
  [480, 120, [], false],
])('at %p by %p the parts are %p', (width, height, rows, single) => {
  expect(distributionLayout(width, height, 'shift', parts)).toMatchObject({ rows, single });
});
