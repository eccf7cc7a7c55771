import {
  formatCount,
  formatDuration,
  formatInterval,
  formatDifference,
  formatRatio,
  formatSplit,
  formatTick,
  formatValue,
  splitTick,
  splitValue,
} from './numbers';

describe('formatValue', () => {
  test.each([
    [0.224, 's', '224 ms'],
    [1.2412, 's', '1.24 s'],
    [0.9996, 's', '1.00 s'],
    [0.00021, 's', '210 µs'],
    [0, 's', '0 s'],
    [-0.05, 's', '\u221250.0 ms'],
    [1_461_234, undefined, '1.46 M'],
    [1234.5, 'none', '1235'],
    [60.63, 'reqps', '60.6 req/s'],
    [14_630, 'reqps', '14.6 K req/s'],
    [0.0042, 'percentunit', '0.42%'],
    [0.418, 'percentunit', '41.8%'],
    [0.00042, 'percentunit', '0.042%'],
    // Rounded once: through 0.175% it would become 0.18%.
    [0.0017451, 'percentunit', '0.17%'],
    [0.00017451, 'percentunit', '0.017%'],
    [0.00996, 'percentunit', '1.00%'],
    [41.8, 'percent', '41.8%'],
    [123_456_789, 'bytes', '118 MiB'],
    [Infinity, 's', '∞'],
    [-Infinity, 's', '\u2212∞'],
    [null, 's', '–'],
    [undefined, 's', '–'],
    [Number.NaN, 's', '–'],
  ])('%p in %p is %p', (value, unit, text) => {
    expect(formatValue(value, { unit })).toBe(text);
  });

  it('keeps the decimals that the user fixed', () => {
    expect(formatValue(12.3456, { unit: 's', decimals: 1 })).toBe('12.3 s');
    expect(formatValue(0.2241, { unit: 's', decimals: 0 })).toBe('224 ms');
  });

  it('splits a value from its unit', () => {
    expect(splitValue(0.224, { unit: 's' })).toEqual({ text: '224', suffix: ' ms' });
    expect(splitValue(null, { unit: 's' })).toEqual({ text: '–', suffix: '' });
  });
});

describe('formatDifference', () => {
  test.each<[number | null, string, Array<number | null>, string]>([
    [0.0382, 's', [0.186, 0.224], '+38 ms'],
    [0.002, 'percentunit', [0.0042, 0.0062], '+0.20 pp'],
    [-0.0005, 'percentunit', [0.0391, 0.0386], '\u22120.05 pp'],
    [3, 'reqps', [60.6, 63.6], '+3.0 req/s'],
    // In the unit of the values, although 41 ms would be shorter.
    [0.041, 's', [1.24, 1.281], '+0.04 s'],
    // Less than the values themselves say is no difference.
    [0.0003, 's', [0.186, 0.1863], '0 ms'],
    [7e-15, 'reqps', [65, 65.1], '0.0 req/s'],
    [0, 's', [0.1, 0.1], '0 ms'],
    [0, 's', [0, 0], '0 s'],
    [-12_345_678, 'bytes', [123_456_789, 111_111_111], '\u221212 MiB'],
    [0.5, 's', [0, 0.5], '+500 ms'],
    [0.5, 's', [], '+500 ms'],
    [Infinity, 's', [0.1, Infinity], '+∞'],
    [null, 's', [0.1, 0.2], '–'],
  ])('%p in %p between %p is %p', (difference, unit, between, text) => {
    expect(formatDifference(difference, { unit }, between)).toBe(text);
  });

  it('keeps unit and value together where the larger value is rounded up into the next unit', () => {
    expect(formatDifference(0.5, { unit: 's' }, [0.4996, 0.9996])).toBe('+0.50 s');
  });
});

describe('formatInterval', () => {
  test.each<[number | null, number | null, string, Array<number | null>, string]>([
    [0.021, 0.055, 's', [0.186, 0.224], '+21 to +55'],
    [0.0008, 0.0032, 'percentunit', [0.0042, 0.0062], '+0.08 to +0.32'],
    [-0.6, 0.8, 'reqps', [65, 65.1], '\u22120.6 to +0.8'],
    [-0.002, 0.012, 's', [1.24, 1.281], '0.00 to +0.01'],
    [0.021, Infinity, 's', [0.186, 0.224], '+21 or more'],
    [null, 0.01, 's', [0.186, 0.224], '+10 or less'],
    [0.001, 0.002, 's', [], '+1.00 to +2.00'],
    [null, null, 's', [0.1, 0.2], ''],
  ])('%p to %p in %p between %p is %p', (lower, upper, unit, between, text) => {
    expect(formatInterval(lower, upper, { unit }, between)).toBe(text);
  });
});

test.each([
  [45_000, '45 s'],
  [-5, '0 s'],
  [60_000, '1 m'],
  [(6 * 60 + 12) * 60_000, '6 h 12 m'],
  [2 * 60 * 60_000, '2 h'],
  [(9 * 24 + 3) * 60 * 60_000 + 12 * 60_000, '9 d 3 h'],
  [24 * 60 * 60_000 - 10_000, '1 d'],
])('the span of %p ms is %p', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  [6, '6'],
  [812.4, '812'],
  [9999, '9999'],
  [14_600, '14.6 k'],
  [1_460_000, '1.46 M'],
])('the count %p is %p', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [1.2, '×1.20'],
  [0.98, '×0.98'],
  [12.34, '×12.3'],
  [123.4, '×123'],
  [0.0123, '×0.012'],
  [Infinity, '×∞'],
  [null, '–'],
])('the ratio %p is %p', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text);
});

test('a split is written in percentages', () => {
  expect(formatSplit([0.5, 0.5])).toBe('50.0 : 50.0');
  expect(formatSplit([0.9512, null])).toBe('95.1 : –');
});

test.each([
  [0.4, 0.1, 's', '400 ms'],
  [0.25, 0.25, 's', '250 ms'],
  [1.5, 0.5, 's', '1.5 s'],
  [2, 1, 's', '2 s'],
  [0.005, 0.005, 'percentunit', '0.5%'],
  [1, 0.5, 'percentunit', '100%'],
  [20_000, 5000, 'reqps', '20 K req/s'],
  [0, 1, 's', '0'],
])('the tick %p of an axis in steps of %p %s is %p', (value, increment, unit, text) => {
  expect(formatTick(value, increment, unit)).toBe(text);
});

test.each([
  [0.4, 0.1, 's', '400', ' ms'],
  [5e6, 1e6, 'si:3', '5', ' M3'],
  [0, 1, 's', '0', ''],
])('the tick %p of an axis in steps of %p %s is %p and the unit %p', (value, increment, unit, text, suffix) => {
  expect(splitTick(value, increment, unit)).toEqual({ text, suffix });
});
