import { formatFor, takesGzip } from './negotiate.js';

describe('formatFor', () => {
  test.each<[string, string | undefined, 'text' | 'openmetrics']>([
    ['nothing said', undefined, 'text'],
    ['an empty header', '', 'text'],
    ['anything', '*/*', 'text'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    [
      'Prometheus 2',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    ['Prometheus set to take text first', 'text/plain;version=0.0.4;q=0.6,application/openmetrics-text;q=0.5', 'text'],
    ['OpenMetrics refused', 'application/openmetrics-text;q=0, */*', 'text'],
    ['a version of the future alone', 'application/openmetrics-text;version=2.0.0', 'text'],
    [
      'protobuf and OpenMetrics',
      'application/vnd.google.protobuf;q=0.9, Application/OpenMetrics-Text; Q=0.5',
      'openmetrics',
    ],
    ['a quoted version', 'application/openmetrics-text; version="1.0.0"; charset=utf-8', 'openmetrics'],
    ['both alike', 'text/plain, application/openmetrics-text', 'openmetrics'],
    ['neither', 'application/json', 'text'],
    ['a quality that is none', 'application/openmetrics-text;q=high', 'text'],
  ])('%s', (_name, accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe('takesGzip', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['gzip', true],
    ['x-gzip', true],
    ['GZIP;q=0.5, deflate', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['*', true],
    ['*;q=0', false],
    ['identity', false],
    ['br, deflate', false],
  ])('%s', (header, expected) => {
    expect(takesGzip(header)).toBe(expected);
  });
});
