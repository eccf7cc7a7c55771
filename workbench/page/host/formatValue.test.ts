import { formatValue } from './formatValue';

test.each([
  ['a', undefined, 'a'],
  [['a'], undefined, 'a'],
  [['a', 'b'], undefined, '{a,b}'],
  [['a.b', 'c'], 'regex', '(a\\.b|c)'],
  ['a.b', 'regex', 'a\\.b'],
  [['a', 'b'], 'pipe', 'a|b'],
  [['a', 'b'], 'csv', 'a,b'],
  [['a', 'b'], 'json', '["a","b"]'],
  ['a"b', 'doublequote', '"a\\"b"'],
  [['a', "b'"], 'singlequote', "'a','b\\''"],
  ['a b', 'percentencode', 'a%20b'],
  [['a', 'b'], 'raw', 'a,b'],
  ['a', 'unheard-of', 'a'],
  [['a', 'b'], (value: unknown) => `<${String(value)}>`, '<a,b>'],
])('%j as %s', (value, format, text) => {
  expect(formatValue(value, format)).toBe(text);
});
