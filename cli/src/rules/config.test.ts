import path from 'node:path';

import { loadConfig, readConfig } from './config';
import { root, smallest } from './testing';

test('fills in what is not said', () => {
  const config = readConfig(smallest);
  expect(config).toMatchObject({
    window: '5m',
    minRequests: 100,
    datasource: { uid: 'flaglens' },
    feature: { for: '0s', severity: 'critical' },
    existingApplication: { for: '5m' },
    grafana: { version: '11.6', interval: '1m', orgId: 1, routing: 'policies' },
    prometheus: { interval: '1m', standardErrors: 3, featureFor: '5m' },
    routes: { feature: { groupWait: '10s', groupInterval: '1m', repeatInterval: '4h' } },
    settings: { baselines: { checkout: 'off' } },
  });
});

test("the demo's config takes the settings of the provisioned datasource", () => {
  const { settings, flags } = loadConfig(path.join(root, 'cli/demo.yml'));
  expect(Object.keys(settings.baselines as object).sort()).toEqual(flags.map(({ flag }) => flag).sort());
});

test.each<[string, object, RegExp]>([
  ['no flags', { flags: [] }, /^flags: /],
  ['a flag without variants', { flags: [{ flag: 'a', variants: [] }] }, /^flags\.0\.variants: /],
  ['an unknown field', { colour: 'red' }, /colour/],
  [
    'an unknown field of a signal',
    { feature: { signals: { errors: { limit: 1 } } } },
    /feature\.signals\.errors.*limit/s,
  ],
  ['no signal of features', { feature: { signals: {} } }, /^feature\.signals: /],
  ['a limit that is none', { existingApplication: { signals: { errors: {} } } }, /signals\.errors\.limit: /],
  ['a duration in words', { window: 'five minutes' }, /^window: write it like 30s, 5m/],
  ['an interval that Grafana rejects', { grafana: { interval: '5s' } }, /^grafana\.interval: choose a multiple of 10s/],
  ['an interval between two evaluations', { grafana: { interval: '15s' } }, /^grafana\.interval: choose a multiple/],
  ['a version in words', { grafana: { version: 'latest' } }, /^grafana\.version: /],
  ['no receivers', { routes: { ...smallest.routes, feature: { receivers: [] } } }, /^routes\.feature\.receivers: /],
  [
    'a receiver of no kind',
    { routes: { ...smallest.routes, feature: { receivers: [{ type: 'pigeon' }] } } },
    /^routes\.feature\.receivers\.0\.type: /,
  ],
  ['an alpha above a tenth', { feature: { ...smallest.feature, alpha: 0.5 } }, /^feature\.alpha: /],
  ['settings twice', { datasource: { settings: {}, file: 'x.yml' } }, /not both/],
  ['a file that is not there', { datasource: { file: 'no-such-file.yml' } }, /no-such-file\.yml cannot be read/],
])('%s is rejected by name', (_, change, message) => {
  expect(() => readConfig({ ...smallest, ...change })).toThrow(message);
});

test('a file that provisions another datasource is rejected', () => {
  const file = path.join(root, 'provisioning/datasources/flaglens.yml');
  expect(() => readConfig({ ...smallest, datasource: { uid: 'other', file } })).toThrow(
    /no datasource with the uid other/
  );
});

test('a config that is no object is rejected', () => {
  expect(() => readConfig(null)).toThrow(/the file: /);
  expect(() => loadConfig(path.join(root, 'no-such-config.yml'))).toThrow(/cannot be read/);
});
