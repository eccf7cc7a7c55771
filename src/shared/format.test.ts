import { formatDifference, formatRatio, formatSplit, formatTick, formatValue, splitValue } from './format';

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
    // Would vanish at the values' decimals.
    [0.0003, 's', [0.186, 0.1863], '+0.3 ms'],
    [0, 's', [0.1, 0.1], '0 s'],
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
