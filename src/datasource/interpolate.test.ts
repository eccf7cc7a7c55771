import { escapeRegex, expand, expandAll, fill, fillFilter, fromAdHoc } from './interpolate';
import { fakeTemplate } from './testing/fakes';

const template = fakeTemplate({ one: 'on', many: ['dev', 'prod'], dotted: ['eu.west', 'us+east'], none: [] });

describe('expand', () => {
  it.each([
    ['no variable', 'plain', ['plain']],
    ['an unknown variable stays', '$unknown', ['$unknown']],
    ['a single value', '$one', ['on']],
    ['several values', '$many', ['dev', 'prod']],
    ['several values inside a text', 'eu-${many}-1', ['eu-dev-1', 'eu-prod-1']],
    ['two variables of several values', '$many/$many', ['dev/dev', 'dev/prod', 'prod/dev', 'prod/prod']],
    ['no value', '$none', []],
  ])('%s', (_, text, wanted) => {
    expect(expand(template, text, {})).toEqual(wanted);
  });

  it('takes scoped variables first', () => {
    expect(expand(template, '$one', { one: { text: 'x', value: ['a', 'b'] } })).toEqual(['a', 'b']);
  });
});

describe('expandAll', () => {
  it('keeps the order, and drops repeats and blanks', () => {
    expect(expandAll(template, ['prod', '$many', '$none', ''], {})).toEqual(['prod', 'dev']);
  });

  it('leaves an absent list absent', () => {
    expect(expandAll(template, undefined, {})).toBeUndefined();
  });
});

describe('fill', () => {
  it.each([
    ['$one', 'on'],
    ['$many', 'dev,prod'],
    [undefined, undefined],
  ])('%s', (text, wanted) => {
    expect(fill(template, text, {})).toBe(wanted);
  });
});

describe('escapeRegex', () => {
  it.each(['a.b', '(x|y)*', '^$', '[a-z]{2}', 'back\\slash', 'plain', 'emoji 🎏'])(
    '%s matches itself alone',
    (text) => {
      const regex = new RegExp(`^(?:${escapeRegex(text)})$`, 'u');
      expect(regex.test(text)).toBe(true);
      expect(regex.test(`${text}x`)).toBe(false);
    }
  );
});

describe('fillFilter', () => {
  it.each([
    ['a plain value', { key: 'job', operator: '=', value: 'a.b' }, { key: 'job', operator: '=', value: 'a.b' }],
    [
      'a variable of one value',
      { key: 'job', operator: '=', value: '$one' },
      { key: 'job', operator: '=', value: 'on' },
    ],
    [
      'equal to several values',
      { key: 'zone', operator: '=', value: '$dotted' },
      { key: 'zone', operator: '=~', value: 'eu\\.west|us\\+east' },
    ],
    [
      'unequal to several values',
      { key: 'zone', operator: '!=', value: '$dotted' },
      { key: 'zone', operator: '!~', value: 'eu\\.west|us\\+east' },
    ],
    [
      'a variable inside a regular expression is escaped, the expression is not',
      { key: 'zone', operator: '=~', value: '$dotted-.*' },
      { key: 'zone', operator: '=~', value: '(eu\\.west|us\\+east)-.*' },
    ],
    ['a variable as label', { key: '$one', operator: '!=', value: '' }, { key: 'on', operator: '!=', value: '' }],
  ] as const)('%s', (_, filter, wanted) => {
    expect(fillFilter(template, filter, {})).toEqual(wanted);
  });
});

describe('fromAdHoc', () => {
  it.each([
    ['equality', { key: 'job', operator: '=', value: 'shop' }, { key: 'job', operator: '=', value: 'shop' }],
    [
      'a value with quotes stays as it is',
      { key: 'job', operator: '=', value: 'x"} or up{' },
      { key: 'job', operator: '=', value: 'x"} or up{' },
    ],
    [
      'one of several',
      { key: 'job', operator: '=|', value: 'a', values: ['a.b', 'c'] },
      { key: 'job', operator: '=~', value: 'a\\.b|c' },
    ],
    [
      'none of several',
      { key: 'job', operator: '!=|', value: 'a', values: ['a', 'c'] },
      { key: 'job', operator: '!~', value: 'a|c' },
    ],
    [
      'an operator of other datasources is left for the backend to refuse',
      { key: 'job', operator: '<', value: '3' },
      { key: 'job', operator: '<', value: '3' },
    ],
  ])('%s', (_, filter, wanted) => {
    expect(fromAdHoc([filter])).toEqual([wanted]);
  });

  it('skips a filter without a label', () => {
    expect(fromAdHoc([{ key: '', operator: '=', value: 'x' }])).toEqual([]);
  });
});
