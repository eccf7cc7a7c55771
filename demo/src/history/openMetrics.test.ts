import { openMetrics, partsOf } from './openMetrics';
import type { PastMetric } from './simulate';
import type { Scenario } from './timeline';

const scenario = (start: number, end: number, step = 15): Scenario => ({ start, end, step, seed: 1, changes: [] });

describe('partsOf', () => {
  test.each([
    ['one scrape', 7200, 7200, [[0, 1]]],
    ['a past inside one block', 7215, 7245, [[0, 3]]],
    // 7200 is the first second of a block.
    ['a past over a border', 7170, 7230, [[0, 2], [2, 5]]], // prettier-ignore
    ['a past that is off the grid', 7177, 7237, [[0, 2], [2, 5]]], // prettier-ignore
    ['a past over three blocks', 7185, 14415, [[0, 1], [1, 481], [481, 483]]], // prettier-ignore
  ])('%s', (_name, start, end, expected) => {
    expect(partsOf(scenario(start, end)).map(({ first, past }) => [first, past])).toEqual(expected);
  });
});

test('writes series by series, with times, the types that Prometheus needs, and an end', () => {
  const metrics: PastMetric[] = [
    {
      name: 'requests_total',
      type: 'counter',
      series: [{ name: 'requests_total', labels: { instance: 'shop-1' }, values: Float64Array.of(1, 2, 3.12345678) }],
    },
    {
      name: 'seconds',
      type: 'histogram',
      series: [{ name: 'seconds_bucket', labels: { le: '+Inf', route: '/a' }, values: Float64Array.of(0, 0, 7) }],
    },
  ];
  const text = [...openMetrics(metrics, scenario(100, 130), { first: 1, past: 3 })].join('');
  expect(text).toBe(
    [
      '# TYPE requests counter',
      'requests_total{instance="shop-1"} 2 115',
      'requests_total{instance="shop-1"} 3.123457 130',
      '# TYPE seconds histogram',
      'seconds_bucket{le="+Inf",route="/a"} 0 115',
      'seconds_bucket{le="+Inf",route="/a"} 7 130',
      '# EOF',
      '',
    ].join('\n')
  );
});
