import { parseDatasourceFile } from './datasourceFile';
import { defaultSettings, mergeSettings, publicSettings } from './settings';

const before = {
  ...defaultSettings('http://127.0.0.1:9090'),
  secureJsonData: { basicAuthPassword: 'old', token: 't' },
};

describe('mergeSettings', () => {
  test('takes what is given and keeps the rest', () => {
    const after = mergeSettings(before, { url: 'http://other', basicAuth: true, jsonData: { a: 1 } });
    expect(after).toEqual({ ...before, url: 'http://other', basicAuth: true, jsonData: { a: 1 } });
  });

  test.each([
    ['a secret that is not given stays', {}, { basicAuthPassword: 'old', token: 't' }],
    ['a new one replaces it', { secureJsonData: { token: 'new' } }, { basicAuthPassword: 'old', token: 'new' }],
    ['an empty one removes it', { secureJsonData: { token: '' } }, { basicAuthPassword: 'old' }],
    ['one that was reset is removed', { secureJsonFields: { token: false } }, { basicAuthPassword: 'old' }],
  ])('%s', (_, given, secrets) => {
    expect(mergeSettings(before, given).secureJsonData).toEqual(secrets);
  });

  test.each([[null], ['text'], [[]]])('%j is refused', (value) => {
    expect(() => mergeSettings(before, value)).toThrow('are an object');
  });

  test('another type is refused', () => {
    expect(() => mergeSettings(before, { type: 'prometheus' })).toThrow('of type prometheus');
  });

  test('the uid stays', () => {
    expect(mergeSettings(before, { uid: 'other' }).uid).toBe('flaglens');
  });
});

test('secrets are shown by name only', () => {
  const shown = publicSettings(before);
  expect(shown.secureJsonFields).toEqual({ basicAuthPassword: true, token: true });
  expect(JSON.stringify(shown)).not.toContain('old');
});

describe('parseDatasourceFile', () => {
  const file = `
apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: http://not-this
  - name: Mine
    type: flaglens-datasource
    url: $PROMETHEUS
    basicAuth: true
    basicAuthUser: \${USER_NAME}
    jsonData:
      httpMethod: GET
      variantLabel: version
      nested: ['$__env{USER_NAME}']
    secureJsonData:
      basicAuthPassword: a$$b$PASSWORD
`;

  test('takes our datasource with all its settings, and expands variables', () => {
    const settings = parseDatasourceFile(file, { PROMETHEUS: 'http://p:9090', USER_NAME: 'me', PASSWORD: 'p' });
    expect(settings).toMatchObject({
      uid: 'flaglens',
      name: 'Mine',
      url: 'http://p:9090',
      basicAuth: true,
      basicAuthUser: 'me',
      jsonData: { httpMethod: 'GET', variantLabel: 'version', nested: ['me'] },
      secureJsonData: { basicAuthPassword: 'a$bp' },
    });
  });

  test('a variable that is not set is empty, as in Grafana', () => {
    expect(parseDatasourceFile(file, {}).url).toBe('');
  });

  test.each([
    ['groups: []', /no list `datasources`/],
    ['datasources: [{type: prometheus}]', /None of its datasources is of type flaglens-datasource/],
  ])('%s is refused', (text, message) => {
    expect(() => parseDatasourceFile(text, {})).toThrow(message);
  });
});
