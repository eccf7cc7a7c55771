import { formatVariableCall, parseVariableQuery, type VariableCall, variableText } from './variables';

describe('parseVariableQuery', () => {
  it.each<[string, VariableCall]>([
    ['flags()', { list: 'flags' }],
    [' flags ( ) ', { list: 'flags' }],
    ['signals()', { list: 'signals' }],
    ['variants(checkout-v2)', { list: 'variants', flag: 'checkout-v2' }],
    ['variants("my, (odd) flag")', { list: 'variants', flag: 'my, (odd) flag' }],
    ["variants('quoted')", { list: 'variants', flag: 'quoted' }],
    ['variants(a,b)', { list: 'variants', flag: 'a,b' }],
    ['label_values(instance)', { list: 'label_values', label: 'instance' }],
    ['label_values(up, instance)', { list: 'label_values', label: 'instance', metric: 'up' }],
  ])('reads %s', (text, wanted) => {
    expect(parseVariableQuery(text)).toEqual(wanted);
  });

  it.each([
    ['', /lists nothing/],
    ['flags', /lists nothing.*flags\(\)/],
    ['flags(x)', /takes nothing/],
    ['variants()', /needs a flag/],
    ['label_values()', /needs a label/],
    ['label_values(a, b, c)', /needs a label/],
    ['label_values(, b)', /needs a label/],
    ['rates()', /no rates\(\)/],
  ])('refuses %s', (text, message) => {
    expect(() => parseVariableQuery(text)).toThrow(message);
  });
});

describe('formatVariableCall', () => {
  it.each<VariableCall>([
    { list: 'flags' },
    { list: 'signals' },
    { list: 'variants', flag: 'a, b (c)' },
    { list: 'label_values', label: 'instance' },
    { list: 'label_values', label: 'instance', metric: 'up' },
  ])('writes what is read back: %j', (call) => {
    expect(parseVariableQuery(formatVariableCall(call))).toEqual(call);
  });
});

describe('variableText', () => {
  it.each([
    ['flags()', 'flags()'],
    [{ refId: 'A', query: 'signals()' }, 'signals()'],
    [{ refId: 'A' }, ''],
    [undefined, ''],
    [null, ''],
  ])('%j', (query, wanted) => {
    expect(variableText(query)).toBe(wanted);
  });
});
