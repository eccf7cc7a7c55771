import { type DataFrame, type DataFrameJSON, dataFrameFromJSON, FieldType, toDataFrame } from '@grafana/data';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { directionOf, noticesOf, quantileOf, readComparisonRows, readSeries } from './series';

/** Frames that the backend's own tests write, so that both sides hold one contract. */
function backendFrames(name: string): DataFrame[] {
  const file = path.resolve(__dirname, '../../../testdata/frames', `${name}.json`);
  const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { frames: DataFrameJSON[] };
  return frames.map((frame) => dataFrameFromJSON(frame));
}

describe('readSeries', () => {
  it('reads a comparison as the backend writes it', () => {
    const series = backendFrames('compare-two-signals').flatMap(readSeries);
    const ids = series.map(({ signal, stat, role, variant }) => `${signal} ${stat} ${role} ${variant}`);
    expect(ids).toEqual([
      ...['p50', 'p95', 'p99'].flatMap((stat) => [
        `latency ${stat} baseline off`,
        `latency ${stat} feature on`,
        `latency ${stat} difference on`,
        `latency ${stat} ratio on`,
      ]),
      'throughput rate baseline off',
      'throughput rate feature on',
      'throughput rate difference on',
      'throughput rate ratio on',
      'throughput share baseline off',
      'throughput share feature on',
    ]);
    const [first] = series;
    expect(first).toMatchObject({ flag: 'checkout-v2', group: {} });
    expect(first?.field.config.unit).toBe('s');
    expect(first?.times).toHaveLength(first?.values.length ?? 0);
  });

  it('keeps gaps, and what a query groups by', () => {
    expect(
      backendFrames('compare-two-features')
        .flatMap(readSeries)
        .some(({ values }) => values.includes(null))
    ).toBe(true);
    const groups = backendFrames('compare-grouped')
      .flatMap(readSeries)
      .map(({ group }) => group.route);
    expect([...new Set(groups)]).toEqual(['/cart', '/pay <b>"now"</b> 🚀']);
  });

  it('reads several value fields of one frame, NaN as a gap and Infinity as it is', () => {
    const labels = { flag: 'f', signal: 'latency', stat: 'p99' };
    const frame = toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [1, 2] },
        {
          name: 'a',
          type: FieldType.number,
          values: [Number.NaN, 2],
          labels: { ...labels, variant: 'off', role: 'baseline' },
        },
        {
          name: 'b',
          type: FieldType.number,
          values: [Infinity, 2],
          labels: { ...labels, variant: 'on', role: 'feature' },
        },
      ],
    });
    expect(readSeries(frame).map(({ variant, values }) => [variant, values])).toEqual([
      ['off', [null, 2]],
      ['on', [Infinity, 2]],
    ]);
  });

  test.each(['heatmap', 'cdf', 'shift', 'flags', 'alert', 'no-data', 'table'])(
    'finds none in the answer %s',
    (name) => {
      expect(backendFrames(name).flatMap(readSeries)).toEqual([]);
    }
  );

  it('passes over fields with a role that is not of the contract', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [1] },
        {
          name: 'v',
          type: FieldType.number,
          values: [1],
          labels: { role: 'admin', signal: 's', stat: 'p95', variant: 'x' },
        },
      ],
    });
    expect(readSeries(frame)).toEqual([]);
  });
});

describe('readComparisonRows', () => {
  it('reads the table as the backend writes it', () => {
    const [frame] = backendFrames('table');
    const rows = frame ? readComparisonRows(frame) : null;
    expect(rows).toHaveLength(frame?.length ?? -1);
    for (const row of rows ?? []) {
      expect(row).toMatchObject({ flag: 'checkout-v2', baseline: 'off', group: {} });
    }
    const p95 = rows?.find(({ signal, stat }) => signal === 'latency' && stat === 'p95');
    expect(p95).toMatchObject({ variant: 'on', unit: 's', direction: 'lower' });
    expect(p95?.difference).toBeCloseTo((p95?.variantValue ?? 0) - (p95?.baselineValue ?? 0), 12);
  });

  it('takes further text columns as groups', () => {
    const rows = backendFrames('table-two-features').flatMap((frame) => readComparisonRows(frame) ?? []);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.keys(row.group)).toEqual(['route']);
    }
  });

  test.each(['shift', 'flags', 'cdf', 'split', 'no-data'])('is null for the answer %s', (name) => {
    expect(backendFrames(name).map(readComparisonRows)).toEqual(backendFrames(name).map(() => null));
  });
});

describe('directionOf', () => {
  test.each([
    ['s', 'p95', 'higher', 'higher'],
    ['s', 'p95', undefined, 'lower'],
    ['s', 'p95', 'sideways', 'lower'],
    ['percentunit', 'ratio', undefined, 'lower'],
    ['percentunit', 'share', undefined, 'neutral'],
    ['reqps', 'rate', undefined, 'neutral'],
    ['bytes', 'value', undefined, 'neutral'],
    [undefined, 'value', undefined, 'neutral'],
  ])('unit %p, stat %p, stated %p: %p', (unit, stat, direction, expected) => {
    const field = { name: 'v', type: FieldType.number, values: [], config: { unit, custom: { direction } } };
    expect(directionOf(field, stat)).toBe(expected);
  });
});

test.each([
  ['p50', 0.5],
  ['p99.9', 0.999],
  ['p100', 1],
  ['p101', null],
  ['mean', null],
  ['p', null],
])('the quantile of %p is %p', (stat, quantile) => {
  if (quantile === null) {
    expect(quantileOf(stat)).toBeNull();
  } else {
    expect(quantileOf(stat)).toBeCloseTo(quantile, 12);
  }
});

test('each notice is given once', () => {
  const frame = toDataFrame({ fields: [], meta: { notices: [{ severity: 'warning', text: 'cut' }] } });
  expect(noticesOf([frame, frame])).toEqual([{ severity: 'warning', text: 'cut' }]);
  expect(noticesOf(backendFrames('no-data')).map(({ severity }) => severity)).toEqual(['info']);
});
