import { type DataFrame } from '@grafana/data';
import { goldenFrames, minutes, pair, seriesFrame } from '../testing/frames';
import { headlineOf } from './headline';
import { readingAt } from './reading';
import { spokenReading } from './spoken';
import { type ComparisonView, errorsSignalOf, mainSignalOf, viewOf } from './view';

const options = { maxFeatures: 2 };

function must(frames: DataFrame[], subject?: string): ComparisonView {
  const view = viewOf(frames, options, subject);
  if (!view) {
    throw new Error('the frames carry no comparison');
  }
  return view;
}

describe('viewOf', () => {
  it('reads what the backend writes', () => {
    const view = must(goldenFrames('compare-two-signals'));
    expect(view).toMatchObject({ baseline: 'off', features: ['on'], undrawn: 0, rowsSpan: 'latest' });
    expect(view.signals.map(({ id, kind, primary }) => [id, kind, primary.stat])).toEqual([
      ['latency', 'distribution', 'p95'],
      ['throughput', 'plain', 'rate'],
    ]);
    expect(view.traffic?.variants).toEqual(['off', 'on']);
    expect(view.rows.map(({ label }) => label)).toEqual(['latency p95', 'latency p99', 'latency p50', 'throughput']);
  });

  it('takes the table of the whole range where there is one', () => {
    const view = must([...goldenFrames('compare-two-signals'), ...goldenFrames('table')]);
    expect(view.rowsSpan).toBe('range');
    const direct = goldenFrames('table')[0]?.fields.find(({ name }) => name === 'difference')?.values;
    expect(direct).toContain(view.rows.find(({ label }) => label === 'latency p95')?.difference);
  });

  it('takes differences and ratios from the frames and computes none', () => {
    const frames = [
      seriesFrame({ role: 'baseline', values: [1, 1] }),
      seriesFrame({ role: 'feature', values: [2, 2] }),
      seriesFrame({ role: 'difference', values: [7, 7] }),
    ];
    expect(must(frames).rows[0]).toMatchObject({ baseline: 1, feature: 2, difference: 7, ratio: null });
    expect(must(frames.slice(0, 2)).rows[0]).toMatchObject({ difference: null, ratio: null });
  });

  it('reads the latest row at one moment, so that it adds up', () => {
    const view = must(pair({}, [1, 1, 5], [2, 3, null]));
    expect(view.rows[0]).toMatchObject({ baseline: 1, feature: 3, difference: 2, ratio: 3 });
  });

  it('tells flags and groups apart and shows one', () => {
    const frames = goldenFrames('compare-grouped');
    const view = must(frames);
    expect(view.subjects.map(({ label }) => label)).toEqual([
      'checkout-v2, route=/cart',
      'checkout-v2, route=/pay <b>"now"</b> 🚀',
    ]);
    const second = view.subjects[1];
    expect(must(frames, second?.key).subject).toEqual(second);
    expect(must(frames, 'gone').subject).toEqual(view.subjects[0]);
  });

  it('draws as many features as it may and says how many it leaves out', () => {
    const frames = [
      seriesFrame({ role: 'baseline', values: [1] }),
      ...['a', 'b', 'c'].map((variant) => seriesFrame({ role: 'feature', variant, values: [2] })),
    ];
    const view = must(frames);
    expect(view).toMatchObject({ features: ['a', 'b'], undrawn: 1 });
    expect(view.rows.map(({ variant }) => variant)).toEqual(['a', 'b', 'c']);
  });

  test.each(['flags', 'heatmap', 'no-data', 'cdf'])('finds no comparison in the answer %s', (name) => {
    expect(viewOf(goldenFrames(name), options)).toBeNull();
  });

  it('stacks the shares of the traffic, the baseline on top', () => {
    const share = { signal: 'throughput', stat: 'share', unit: 'percentunit' };
    const view = must([
      seriesFrame({ ...share, role: 'baseline', values: [0.75, 0.5, null] }),
      seriesFrame({ ...share, role: 'feature', values: [0.25, null, null] }),
    ]);
    expect(view.traffic?.bands).toEqual([
      { variant: 'on', bottom: [0, 0, null], top: [0.25, 0, null] },
      { variant: 'off', bottom: [0.25, 0, null], top: [1, 0.5, null] },
    ]);
    expect(view.traffic?.latest).toEqual([0.5, 0.25]);
  });
});

describe('the signals of the tracks', () => {
  const view = must([
    ...pair({ signal: 'throughput', stat: 'rate', unit: 'reqps' }, [1], [2]),
    ...pair({}, [1], [2]),
    ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit' }, [0.1], [0.2]),
  ]);

  test.each([
    [[], 'latency'],
    [[null, 'throughput'], 'throughput'],
    [['errors', 'throughput'], 'errors'],
    [['gone'], 'latency'],
  ])('wanted %p, the main one is %p', (wanted, id) => {
    expect(mainSignalOf(view, ...wanted)?.id).toBe(id);
  });

  it('draws the errors once, with the latency below them where the main track is theirs', () => {
    expect(errorsSignalOf(view, mainSignalOf(view))?.id).toBe('errors');
    expect(errorsSignalOf(view, mainSignalOf(view, 'errors'))?.id).toBe('latency');
  });
});

describe('readingAt', () => {
  const traffic = { signal: 'throughput', unit: 'reqps' };
  const view = must([
    ...pair({ stat: 'p50' }, [0.05, 0.05], [0.06, 0.06]),
    ...pair({ stat: 'p95' }, [0.18, 0.2], [0.22, Infinity]),
    ...pair({ stat: 'mean' }, [0.1, 0.1], [0.1, 0.1]),
    ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit' }, [0.01, 0.01], [0.02, 0.02]),
    ...pair({ ...traffic, stat: 'rate' }, [60, 60], [63, 63]),
    ...pair({ ...traffic, stat: 'share' }, [0.5, 0.5], [0.5, 0.5]),
  ]);
  const main = mainSignalOf(view);
  const scope = { main, errors: errorsSignalOf(view, main), features: ['on'], hiddenStats: new Set(['mean']) };

  it('has a row for each line of the tracks, with the exact values', () => {
    const { rows, compared } = readingAt(view, scope, 0);
    expect(compared).toBe(true);
    expect(rows.map(({ label }) => label)).toEqual(['p95', 'p50', 'errors', 'requests']);
    expect(rows[0]).toMatchObject({ baseline: 0.18, primary: true });
    expect(rows[0]?.features).toEqual([
      { variant: 'on', feature: 0.22, difference: 0.22 - 0.18, ratio: 0.22 / 0.18, harm: null },
    ]);
  });

  it('keeps an infinite quantile, which no track can draw', () => {
    expect(readingAt(view, scope, 60_000).rows[0]?.features[0]?.feature).toBe(Infinity);
  });

  it('says what it reads', () => {
    expect(spokenReading(readingAt(view, scope, 0), '00:00', 'off')).toBe(
      '00:00. p95: off 180 ms, on 220 ms, difference +40 ms. p50: off 50.0 ms, on 60.0 ms, difference +10.0 ms. ' +
        'errors: off 1.00%, on 2.00%, difference +1.00 pp. requests: off 60.0 req/s, on 63.0 req/s, difference +3.0 req/s'
    );
  });

  it('knows a split without differences', () => {
    const split = must(goldenFrames('split'));
    expect(readingAt(split, { ...scope, main: mainSignalOf(split), errors: null }, split.times[0] ?? 0).compared).toBe(
      false
    );
  });
});

describe('headlineOf', () => {
  test.each([
    ['latency', false, 'latency p95', '+40 ms, ×1.22 latest'],
    ['latency', true, 'latency p95', '+40 ms, ×1.22'],
    ['gone', true, 'latency p95', '+40 ms, ×1.22'],
  ])('of %p, short %p', (signal, short, title, detail) => {
    expect(headlineOf(must(pair({}, [0.18], [0.22])), signal, short)).toEqual({ title, detail });
  });

  it('names the feature where there are several, and both values where there is no difference', () => {
    const view = must([
      seriesFrame({ role: 'baseline', values: [0.18] }),
      seriesFrame({ role: 'feature', variant: 'a', values: [0.22] }),
      seriesFrame({ role: 'feature', variant: 'b', values: [0.3] }),
    ]);
    expect(headlineOf(view, 'latency', true)).toEqual({ title: 'latency p95, a', detail: '220 ms over 180 ms' });
  });

  it('is silent without a feature', () => {
    expect(headlineOf(must([seriesFrame({ role: 'baseline', values: [1] })]), 'latency')).toBeNull();
  });
});

test('series on different grids share one axis', () => {
  const view = must([
    seriesFrame({ role: 'baseline', values: [1, 2, 3, 4, 5] }),
    seriesFrame({ role: 'feature', times: minutes(5).filter((_, i) => i % 2 === 0), values: [1, 2, 3] }),
  ]);
  expect(view.times).toEqual(minutes(5));
  expect(view.signals[0]?.primary.features.get('on')?.value?.points).toEqual([1, undefined, 2, undefined, 3]);
});
