import { parse } from 'yaml';

import type { LoadedConfig } from '../config';
import { expressionsOf } from '../expressions';
import { filesOf } from '../outputs';
import { configWith } from '../testing';
import { groupsOf, maxRulesOfGroup, type GrafanaGroup, type GrafanaRule } from './ruleFile';

// Each config runs the compiled Go code, in a process of its own.
jest.setTimeout(120_000);

interface RuleFile {
  apiVersion: number;
  groups: GrafanaGroup[];
}

const fileOf = (config: LoadedConfig, name: string) =>
  parse(filesOf('grafana', config, expressionsOf(config)).get(name) ?? '', { version: '1.1' }) as unknown;

const groups = (config: LoadedConfig, scope: 'feature' | 'existing-application') =>
  (fileOf(config, `${scope}-rules.yml`) as RuleFile).groups;

const rules = (config: LoadedConfig, scope: 'feature' | 'existing-application') =>
  groups(config, scope).flatMap((group) => group.rules);

function first<T>(of: readonly T[]): T {
  const [one] = of;
  if (one === undefined) {
    throw new Error('there is none');
  }
  return one;
}

const queries = (rule: GrafanaRule) => rule.data.filter(({ datasourceUid }) => datasourceUid !== '__expr__');

const many = configWith({
  datasource: { settings: { baselines: { checkout: 'off', search: 'control' } } },
  flags: [
    { flag: 'checkout', variants: ['on', 'blue'] },
    { flag: 'search', variants: ['new'] },
  ],
});

describe.each(['feature', 'existing-application'] as const)('the rules of %s', (scope) => {
  const all = rules(many, scope);

  test('keep their state through errors and gaps', () => {
    expect(all.length).toBeGreaterThan(0);
    for (const rule of all) {
      expect(rule.execErrState).toBe('KeepLast');
      expect(['KeepLast', 'Alerting']).toContain(rule.noDataState);
    }
  });

  test('ask queries that are there, about the datasource', () => {
    for (const rule of all) {
      expect(rule.data.map(({ refId }) => refId)).toContain(rule.condition);
      expect(new Set(queries(rule).map(({ datasourceUid }) => datasourceUid))).toEqual(new Set(['flaglens']));
      for (const { refId, model, relativeTimeRange } of rule.data) {
        expect(model.refId).toBe(refId);
        expect(relativeTimeRange.from).toBeGreaterThanOrEqual(relativeTimeRange.to);
      }
    }
  });

  test('carry their scope, and lie in its folder', () => {
    expect(new Set(all.map(({ labels }) => labels.scope))).toEqual(new Set([scope]));
    expect(new Set(groups(many, scope).map(({ folder }) => folder)).size).toBe(1);
  });

  test('have uids of their own that stay', () => {
    const uids = all.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.every((uid) => /^[a-z0-9-]{1,40}$/.test(uid))).toBe(true);
    expect(rules(many, scope).map(({ uid }) => uid)).toEqual(uids);
  });
});

test('the two scopes share no uid, folder, contact point or route', () => {
  const [feature, existing] = (['feature', 'existing-application'] as const).map((scope) => ({
    uids: rules(many, scope).map(({ uid }) => uid),
    folders: groups(many, scope).map(({ folder }) => folder),
  }));
  expect(feature?.uids.filter((uid) => existing?.uids.includes(uid))).toEqual([]);
  expect(feature?.folders.filter((folder) => existing?.folders.includes(folder))).toEqual([]);

  const { policies } = fileOf(many, 'policies.yml') as {
    policies: Array<{ routes: Array<{ receiver: string; object_matchers: string[][] }> }>;
  };
  expect(policies[0]?.routes.map(({ object_matchers }) => object_matchers)).toEqual([
    [['scope', '=', 'feature']],
    [['scope', '=', 'existing-application']],
  ]);
  const { contactPoints } = fileOf(many, 'contact-points.yml') as {
    contactPoints: Array<{ name: string; receivers: Array<{ disableResolveMessage: boolean }> }>;
  };
  expect(policies[0]?.routes.map(({ receiver }) => receiver)).toEqual(contactPoints.map(({ name }) => name));
  expect(new Set(contactPoints.map(({ name }) => name)).size).toBe(2);
  expect(contactPoints.flatMap(({ receivers }) => receivers).every((one) => !one.disableResolveMessage)).toBe(true);
});

test('a rule of features asks for the verdict of one signal, and fires at an evidence of 1', () => {
  const rule = first(
    rules(
      configWith({
        feature: { signals: { errors: { margin: { relative: 0.2 } } }, alpha: 0.02, profile: 'brisk', since: 'range' },
      }),
      'feature'
    )
  );
  expect(queries(rule).map(({ refId, model }) => [refId, model.stats])).toEqual([
    ['evidence', ['evidence']],
    ['difference', ['difference']],
    ['lower', ['lower']],
    ['upper', ['upper']],
    ['variant_value', ['variant_value']],
    ['baseline_value', ['baseline_value']],
    ['since', ['since']],
  ]);
  for (const { model } of queries(rule)) {
    expect(model).toMatchObject({
      queryType: 'verdict',
      format: 'alert',
      flag: 'checkout',
      baseline: 'off',
      variants: ['on'],
      signals: ['errors'],
      margins: { errors: { relative: 0.2, absolute: 0 } },
      alpha: 0.02,
      profile: 'brisk',
      since: 'range',
    });
  }
  expect(rule.data.at(-1)).toMatchObject({
    refId: 'regressed',
    model: { type: 'math', expression: '$evidence >= 1' },
  });
});

test("a rule on latency also asks for the bucket's edge, and recovers live where that is wanted", () => {
  const rule = first(rules(configWith({ feature: { signals: { latency: {} }, recovery: 'live' } }), 'feature'));
  const asked = new Map(queries(rule).map(({ refId, model }) => [refId, model.stats]));
  expect(asked.get('edge')).toEqual(['edge']);
  expect(asked.get('evidence')).toEqual(['evidence_live']);
  expect(rule.annotations.summary).toContain('take longer than {{ (index .Values "edge").Value | humanizeDuration }}');
});

test('a rule of the existing application reads the baseline alone, over the window', () => {
  for (const rule of rules(many, 'existing-application')) {
    for (const { model, relativeTimeRange } of queries(rule)) {
      expect(model).toMatchObject({ queryType: 'split', roles: ['baseline'], format: 'alert', maxDataPoints: 1 });
      expect(model).not.toHaveProperty('variants');
      expect(relativeTimeRange).toEqual({ from: 300, to: 0 });
    }
    expect(rule.data.at(-1)?.model.type).toBe('classic_conditions');
    expect(Object.keys(rule.labels)).not.toContain('flag');
  }
});

test('no traffic is not the absence of data, and waits as long', () => {
  const rule = rules(configWith({}), 'existing-application').find(({ labels }) => labels.signal === 'traffic');
  expect(rule).toMatchObject({ noDataState: 'Alerting', for: '5m' });
  const without = configWith({ existingApplication: { signals: { errors: { limit: 0.1 } } } });
  expect(rules(without, 'existing-application')).toHaveLength(1);
});

test.each([
  ['11.6', undefined],
  ['12.1.1', undefined],
  ['12.1.2', '10m'],
  ['12.2', '10m'],
  ['13.0.0', '10m'],
])('Grafana %s gets keepFiringFor %s', (version, expected) => {
  const config = configWith({ feature: { signals: { errors: { keepFiringFor: '10m' } } }, grafana: { version } });
  expect(rules(config, 'feature')[0]?.keepFiringFor).toBe(expected);
});

test("a signal's own timing wins over its scope's", () => {
  const config = configWith({
    feature: { signals: { errors: { for: '3m', severity: 'warning' }, latency: {} }, for: '1m', severity: 'page' },
  });
  expect(rules(config, 'feature').map((rule) => [rule.for, rule.labels.severity])).toEqual([
    ['3m', 'warning'],
    ['1m', 'page'],
  ]);
});

test('rules that name their contact point leave the notification tree alone', () => {
  const config = configWith({ grafana: { routing: 'rule' } });
  expect(filesOf('grafana', config, expressionsOf(config)).has('policies.yml')).toBe(false);
  const { contactPoints } = fileOf(config, 'contact-points.yml') as { contactPoints: Array<{ name: string }> };
  const names = contactPoints.map(({ name }) => name);
  for (const scope of ['feature', 'existing-application'] as const) {
    for (const rule of rules(config, scope)) {
      expect(names).toContain(rule.notification_settings?.receiver);
    }
  }
});

test('a group that would be too large is cut', () => {
  const rule = first(rules(configWith({}), 'feature'));
  const cut = groupsOf(
    configWith({}),
    'feature',
    'checkout',
    Array.from({ length: 250 }, () => rule)
  );
  expect(cut.map((group) => [group.name, group.rules.length])).toEqual([
    ['checkout', maxRulesOfGroup],
    ['checkout (2)', maxRulesOfGroup],
    ['checkout (3)', 50],
  ]);
});

test('what a flag is called can become no template, variable or other YAML', () => {
  const flag = '{{ .Labels }}$HOME: "on"\n- x';
  const config = configWith({
    datasource: { settings: { baselines: { [flag]: 'yes' } } },
    flags: [{ flag, variants: ['on', 'off'] }],
  });
  for (const rule of rules(config, 'feature')) {
    expect(rule.title).toContain('$$HOME');
    expect(queries(rule)[0]?.model).toMatchObject({ flag, baseline: 'yes', variants: ['on', 'off'] });
    expect(rule.annotations.link).not.toContain('{{ .Labels }}');
  }
  for (const rule of rules(config, 'existing-application')) {
    expect(rule.labels.baseline_of).toContain('$$HOME');
    expect(rule.annotations.description).toContain('{{ "{{" }} .Labels }}');
  }
});
