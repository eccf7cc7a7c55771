import { type StoredDatasource } from '../host/datasources';
import { adopt } from './adopt';

function theirs(changed: Partial<StoredDatasource>): StoredDatasource {
  return {
    name: 'Prometheus',
    url: 'http://p:9090',
    jsonData: {},
    secureJsonFields: {},
    ...changed,
  } as StoredDatasource;
}

test('the URL and how to ask are carried over, under a name that tells whose it is', () => {
  const { settings, left } = adopt(
    theirs({ jsonData: { httpMethod: 'GET', timeInterval: '30s', prometheusType: 'Mimir', manageAlerts: true } })
  );
  expect(settings).toEqual({
    name: 'Flaglens (Prometheus)',
    url: 'http://p:9090',
    jsonData: { httpMethod: 'GET', timeInterval: '30s' },
  });
  expect(left).toEqual([]);
});

test('the user of basic authentication is carried over; its password cannot be, and it is said where to type it', () => {
  const { settings, left } = adopt(
    theirs({ basicAuth: true, basicAuthUser: 'me', secureJsonFields: { basicAuthPassword: true, gone: false } })
  );
  expect(settings).toMatchObject({ basicAuth: true, basicAuthUser: 'me' });
  expect(left).toEqual([expect.stringMatching(/^The password of basic authentication .*type it in the settings/)]);
});

test('a header keeps its name, and its value is asked for by that name', () => {
  const { settings, left } = adopt(
    theirs({ jsonData: { httpHeaderName1: 'X-Scope-OrgID' }, secureJsonFields: { httpHeaderValue1: true } })
  );
  expect(settings.jsonData).toEqual({ httpHeaderName1: 'X-Scope-OrgID' });
  expect(left).toEqual([expect.stringContaining('The value of the header X-Scope-OrgID')]);
});

test('a secret of a kind that is not known is named as it is', () => {
  expect(adopt(theirs({ secureJsonFields: { token: true } })).left).toEqual([
    expect.stringContaining('The secret "token"'),
  ]);
});

test.each([
  [{ sigV4Auth: true }, /SigV4/],
  [{ azureCredentials: {} }, /Azure/],
  [{ customQueryParameters: 'dedup=true' }, /dedup=true/],
])('what ours does not do is said: %j', (jsonData, message) => {
  expect(adopt(theirs({ jsonData })).left).toEqual([expect.stringMatching(message)]);
});

test.each([
  [
    { name: 'traceID', datasourceUid: 'tempo' },
    { datasourceUid: 'tempo', label: 'traceID' },
  ],
  [
    { name: 't', url: 'http://j/${__value.raw}' },
    { url: 'http://j/${traceId}', label: 't' },
  ],
  [{ name: 't', url: 'http://j/fixed' }, undefined],
])('exemplars lead where they led: %j', (destination, traces) => {
  const { settings } = adopt(theirs({ jsonData: { exemplarTraceIdDestinations: [destination] } }));
  expect(settings.jsonData.traces).toEqual(traces);
});
