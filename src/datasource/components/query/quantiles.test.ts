import { parseQuantile, quantileName } from './quantiles';

describe('parseQuantile', () => {
  it.each([
    ['0.95', 0.95],
    ['.5', 0.5],
    ['0', 0],
    ['1', 1],
    ['1.', 1],
    ['p95', 0.95],
    ['P99', 0.99],
    ['p99.9', 0.999],
    ['99.9%', 0.999],
    [' 12 % ', 0.12],
    ['p100', 1],
  ])('reads %s', (text, wanted) => {
    expect(parseQuantile(text)).toBe(wanted);
  });

  it.each(['', '1.1', '-0.1', 'p101', '101%', 'NaN', '1e-3', 'half', '0,95', '0.9.5'])('refuses %s', (text) => {
    expect(parseQuantile(text)).toBeUndefined();
  });
});

describe('quantileName', () => {
  it.each([
    [0.5, 'p50'],
    [0.95, 'p95'],
    [0.999, 'p99.9'],
    [0.29, 'p29'],
    [1, 'p100'],
  ])('%d is %s', (quantile, wanted) => {
    expect(quantileName(quantile)).toBe(wanted);
  });
});
