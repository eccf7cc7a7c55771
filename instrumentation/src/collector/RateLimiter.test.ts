import { RateLimiter } from './RateLimiter';

it.each([
  ['that is infinite', { perSecond: Infinity, burst: Infinity }],
  ['that is wide', { perSecond: 1e6, burst: 1e6 }],
])('limits each client beside an overall rate %s', (_name, overall) => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 5 }, overall, 10, () => 0);
  expect(limiter.take('a', 5)).toBe(0);
  expect(limiter.take('a', 1)).toBe(1);
  expect(limiter.take('b', 1)).toBe(0);
});

it('takes no more than the burst at a rate of zero', () => {
  let now = 0;
  const limiter = new RateLimiter({ perSecond: 0, burst: 2 }, { perSecond: 100, burst: 100 }, 10, () => now);
  expect([limiter.take('a', 1), limiter.take('a', 1), limiter.take('a', 1)]).toEqual([0, 0, Infinity]);
  now = 1000;
  expect(limiter.take('a', 1)).toBe(Infinity);
});
