import { parse } from 'yaml';

import { type StoredDatasource } from '../host/datasources';
import { provisioningFile } from './provisioning';

const stored = {
  name: 'Shop: "A"',
  type: 'flaglens-datasource',
  uid: 'x1',
  access: 'proxy',
  url: 'http://p:9090',
  jsonData: {
    httpMethod: 'POST',
    oauthPassThru: true,
    limits: { maxSeries: 5 },
    baselineNames: ['off', 'no', '1.0', ''],
    signals: [{ id: 'errors', bad: 'code=~"5..$"', margin: { absolute: 0.01 } }, { id: 'b' }],
    empty: [],
    traces: undefined,
  },
} as unknown as StoredDatasource;

test('the file is YAML that says the very same, with its dollar signs kept from being expanded', () => {
  const read = parse(provisioningFile(stored).replaceAll('$$', '$')) as { datasources: unknown[] };
  expect(read).toEqual({ apiVersion: 1, datasources: [JSON.parse(JSON.stringify(stored))] });
  expect(provisioningFile(stored)).toContain('5..$$');
});
