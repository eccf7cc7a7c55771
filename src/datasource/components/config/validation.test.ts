import { durationError, idError, labelError, limitError, nameError, traceUrlError } from './validation';

describe('durationError', () => {
  it.each([undefined, '', '15s', '1m30s', '100ms', '1h', '2d', '1w', '1y'])('accepts %s', (text) => {
    expect(durationError(text)).toBeUndefined();
  });
  it.each(['15', 's', '1.5s', '0s', '30s1m', '-5s', 'soon', ' 5s'])('refuses %s', (text) => {
    expect(durationError(text)).toContain(text);
  });
});

describe('idError', () => {
  it.each([
    ['orders', undefined],
    ['', /Give the signal an id/],
    ['a b', /without spaces/],
    ['a,b', /without spaces/],
    ['taken', /there already/],
  ])('%s', (id, wanted) => {
    const error = idError(id, ['taken']);
    if (wanted === undefined) {
      expect(error).toBeUndefined();
    } else {
      expect(error).toMatch(wanted);
    }
  });
});

it.each([
  [undefined, 'Name the metric'],
  [' ', 'Name the metric'],
  ['up', undefined],
])('nameError of %s', (name, wanted) => {
  expect(nameError('metric', name)).toBe(wanted);
});

it.each([
  [undefined, false],
  ['flag', false],
  ['feature.flag', false],
  ['__name__', true],
])('labelError of %s', (name, wanted) => {
  expect(labelError(name) !== undefined).toBe(wanted);
});

it.each([
  [undefined, false],
  [1, false],
  [0, true],
  [-1, true],
  [1.5, true],
  [Number.NaN, true],
])('limitError of %s', (value, wanted) => {
  expect(limitError(value) !== undefined).toBe(wanted);
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['https://jaeger.example/trace/${traceId}?ui=1', undefined],
  ['http://jaeger/trace/', /\$\{traceId\}/],
  ['jaeger/trace/${traceId}', /Begin with http/],
  ['javascript:alert("${traceId}")', /Begin with http/],
])('traceUrlError of %s', (url, wanted) => {
  const error = traceUrlError(url);
  if (wanted === undefined) {
    expect(error).toBeUndefined();
  } else {
    expect(error).toMatch(wanted);
  }
});
