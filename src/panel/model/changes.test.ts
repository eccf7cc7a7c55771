import { FieldType, toDataFrame } from '@grafana/data';
import { verdictFrame } from '../testing/verdictFrame';
import { minutes, seriesFrame } from '../testing/frames';
import { changesOf } from './changes';

const annotations = toDataFrame({
  fields: [
    { name: 'time', type: FieldType.time, values: [3000, 1000] },
    { name: 'timeEnd', type: FieldType.time, values: [4000, 1000] },
    { name: 'title', type: FieldType.string, values: ['25%', 'on'] },
    { name: 'text', type: FieldType.string, values: ['on from 5% to 25%', 'switched on'] },
    { name: 'tags', type: FieldType.other, values: [['flaglens', 'allocation'], ['flag']] },
    { name: 'color', type: FieldType.string, values: ['red', ''] },
  ],
});

test('annotations are read in the order of time, with their kind among the tags', () => {
  expect(changesOf([annotations])).toEqual([
    { time: 1000, end: null, kind: 'flag', title: 'on', text: 'switched on', color: null },
    { time: 3000, end: 4000, kind: 'allocation', title: '25%', text: 'on from 5% to 25%', color: 'red' },
  ]);
});

test('a query of changes is read as well, with comma separated tags or a column of kinds, each once', () => {
  const changes = toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: [3000, 5000, 6000] },
      { name: 'title', type: FieldType.string, values: ['25%', '50%', 'deploy'] },
      { name: 'text', type: FieldType.string, values: ['on from 5% to 25%', 'more', 'v2'] },
      { name: 'tags', type: FieldType.string, values: ['a, allocation', '', 'ci'] },
      { name: 'kind', type: FieldType.string, values: ['allocation', 'allocation', ''] },
    ],
  });
  expect(changesOf([annotations, changes]).map(({ time, kind }) => [time, kind])).toEqual([
    [1000, 'flag'],
    [3000, 'allocation'],
    [5000, 'allocation'],
    [6000, 'other'],
  ]);
});

test('series and verdicts are no changes', () => {
  expect(changesOf([seriesFrame({ values: minutes(2) }), verdictFrame({})])).toEqual([]);
});
