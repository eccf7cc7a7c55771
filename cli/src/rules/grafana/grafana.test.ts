import { parse } from 'yaml';

import type { LoadedConfig } from '../config';
import { expressionsOf } from '../expressions';
import { filesOf } from '../outputs';
import { configWith, hostileNames } from '../testing';
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
    ['message', ['message']],
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

test('a rule takes its words from the backend, and recovers live where that is wanted', () => {
  const rule = first(rules(configWith({ feature: { signals: { latency: {} }, recovery: 'live' } }), 'feature'));
  const asked = new Map(queries(rule).map(({ refId, model }) => [refId, model.stats]));
  expect(asked.get('evidence')).toEqual(['evidence_live']);
  expect(rule.annotations.summary).toContain('(index .Values "message").Labels.summary');
  expect(rule.annotations.description).toContain('(index .Values "message").Labels.description');
  expect(rule.annotations.link).toMatch(/\?var-flag=checkout&var-signal=latency&from=.*Labels\.from.*&to=now$/);
});

test('messages lead to where the config says', () => {
  const links = {
    rollBack: 'https://flags.example.com/{flag}/{variant}',
    runbook: 'https://wiki.example.com/{signal}?of={flag}',
  };
  const config = configWith({ links, flags: [{ flag: 'check out/1', baseline: 'off', variants: ['on'] }] });
  const feature = first(rules(config, 'feature')).annotations;
  expect(feature.rollback).toMatch(
    /^https:\/\/flags\.example\.com\/check%20out%2F1\/\{\{ .*\$\$labels\.variant.* \}\}$/
  );
  expect(feature.runbook_url).toBe('https://wiki.example.com/errors?of=check%20out%2F1');
  const existing = first(rules(config, 'existing-application')).annotations;
  expect(existing).not.toHaveProperty('rollback');
  expect(existing.runbook_url).toBe('https://wiki.example.com/errors?of=check%20out%2F1');
});

test.each<[string, string, RegExp]>([
  [
    'a placeholder that stands for nothing',
    'https://wiki.example.com/{team}',
    /links\.runbook: \{team\} stands for nothing/,
  ],
  ['no address', 'see the wiki', /links\.runbook: "see the wiki" is no address/],
  ['an address of another kind', 'javascript:alert(1)', /is no address/],
  ['a template', 'https://wiki.example.com/{{ .Labels }}', /stands for nothing/],
])('%s in a link is rejected', (_, runbook, message) => {
  expect(() => expressionsOf(configWith({ links: { runbook } }))).toThrow(message);
});

test('a limit is held by the backend, which allows for chance', () => {
  const config = configWith({ standardErrors: 2, minRequests: 50 });
  expect(queries(first(rules(config, 'existing-application'))).map(({ model }) => model)).toEqual([
    expect.objectContaining({
      signals: ['errors'],
      stats: ['ratio'],
      threshold: { value: 0.02, minRequests: 50, standardErrors: 2, words: true },
    }),
  ]);
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

/** What Grafana makes of a text of its files: it expands variables, and two dollars are one. */
const expanded = (text: string) =>
  text
    .split('$$')
    .map((part) => part.replaceAll(/\$\{?\w+\}?/g, ''))
    .join('$');

test.each(hostileNames)('the name %s becomes no template, variable or other YAML', (_, flag) => {
  const config = configWith({
    datasource: { settings: { baselines: { [flag]: 'yes' } } },
    flags: [{ flag, variants: ['on', 'off'] }],
  });
  const own = rules(config, 'feature');
  const all = [...own, ...rules(config, 'existing-application')];
  for (const { title, labels, annotations } of all) {
    expect(Buffer.byteLength(expanded(title))).toBeLessThanOrEqual(190);
    for (const text of [title, ...Object.values(labels), ...Object.values(annotations)]) {
      expect(text.replaceAll('$$', '')).not.toContain('$');
    }
  }
  for (const group of [...groups(config, 'feature'), ...groups(config, 'existing-application')]) {
    expect(Buffer.byteLength(expanded(group.name))).toBeLessThanOrEqual(190);
    expect(group.name.replaceAll('$$', '')).not.toContain('$');
  }
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  for (const rule of own) {
    expect(queries(rule)[0]?.model).toMatchObject({ flag, baseline: 'yes', variants: ['on', 'off'] });
    expect(rule.annotations.link).not.toContain('{{ .Labels }}');
  }
  for (const { labels } of rules(config, 'existing-application')) {
    expect(expanded(labels.baseline_of ?? '').replaceAll('{{ "{{" }}', '{{')).toBe(flag);
  }
});

test('titles that would be cut alike stay different', () => {
  const long = 'L'.repeat(300);
  const config = configWith({
    flags: [`${long}1`, `${long}2`].map((flag) => ({ flag, baseline: 'off', variants: ['on'] })),
  });
  const titles = rules(config, 'feature').map(({ title }) => title);
  expect(new Set(titles).size).toBe(4);
  expect(new Set(groups(config, 'feature').map(({ name }) => name)).size).toBe(2);
});

test('a flag that is listed twice is rejected', () => {
  const flag = { flag: 'checkout', baseline: 'off', variants: ['on'] };
  expect(() => expressionsOf(configWith({ flags: [flag, { ...flag, variants: ['blue'] }] }))).toThrow(
    /flags\[1\]\.flag: "checkout" is listed twice: .*put all of its variants into one entry/
  );
  expect(() => expressionsOf(configWith({ flags: [{ ...flag, variants: ['on', 'on'] }] }))).toThrow(
    /"on" is listed twice/
  );
});
