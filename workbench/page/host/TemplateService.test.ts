import type { DataFrame, Field } from '@grafana/data';
import { TemplateService } from './TemplateService';

const field: Field = { name: 'trace_id', type: 'string' as Field['type'], values: ['a b', 'c'], config: {} };
const frame: DataFrame = { fields: [field], length: 2 };
const link = 'http://jaeger/trace/${__value.raw}';

test.each([
  [0, 'http://jaeger/trace/a%20b'],
  [1, 'http://jaeger/trace/c'],
])('a data link holds the value of row %d, as it is asked to be written', (rowIndex, wanted) => {
  const scoped = { __dataContext: { value: { data: [frame], frame, field, rowIndex } } };
  expect(new TemplateService().replace(link, scoped, 'percentencode')).toBe(wanted);
});

test('without a row nothing is put in', () => {
  expect(new TemplateService().replace(link)).toBe(link);
  expect(new TemplateService().replace(link, { __dataContext: { value: { data: [frame], frame, field } } })).toBe(link);
});
