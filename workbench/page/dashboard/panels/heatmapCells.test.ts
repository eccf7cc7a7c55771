/** @jest-environment jsdom */
import { FieldType, toDataFrame } from '@grafana/data';

import { alignSeries } from './alignSeries';
import { heatmapOf, usedRows } from './heatmapCells';

const frame = toDataFrame({
  fields: [
    { name: 'Time', type: FieldType.time, values: [0, 5000, 15000] },
    ...['0.1', '0.25', '0.5', '+Inf'].map((le, index) => ({
      name: le,
      type: FieldType.number,
      labels: { flag: 'f', variant: 'on', le },
      values: [
        [0, 0, 0],
        [0, 3, null],
        [0, 0, 0],
        [0, 1, 0],
      ][index],
    })),
  ],
});

test('a heatmap has its step, its largest value and a row a bucket', () => {
  const map = heatmapOf(frame);
  expect(map).toMatchObject({ name: 'f · on', step: 5000, max: 3, times: [0, 5000, 15000] });
  expect(map?.rows.map(({ label }) => label)).toEqual(['0.1', '0.25', '0.5', '+Inf']);
});

test('empty buckets below and above are left out, those between stay', () => {
  const map = heatmapOf(frame);
  expect(map && usedRows(map).map(({ label }) => label)).toEqual(['0.25', '0.5', '+Inf']);
});

test('a frame without time is no heatmap', () => {
  expect(heatmapOf(toDataFrame({ fields: [{ name: 'x', type: FieldType.number, values: [1] }] }))).toBeUndefined();
});

test('series come onto one axis, with gaps where they have no sample', () => {
  const series = (name: string, times: number[], values: Array<number | null>) =>
    toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: times },
        { name: 'Value', type: FieldType.number, values, config: { displayName: name } },
      ],
    });
  const aligned = alignSeries([series('a', [2, 1], [20, 10]), series('b', [2, 3], [null, 30])]);
  expect(aligned.times).toEqual([1, 2, 3]);
  expect(aligned.series.map(({ name, values }) => [name, values])).toEqual([
    ['a', [10, 20, null]],
    ['b', [null, null, 30]],
  ]);
});
