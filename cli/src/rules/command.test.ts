import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse, stringify } from 'yaml';

import { committed } from '../../scripts/committed';
import { main } from '../main';
import { rules } from './command';
import { hostileNames, root, smallest, tool } from './testing';

jest.setTimeout(120_000);

let folder: string;
let said: string[];
let complained: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'flaglens-rules-'));
  said = [];
  complained = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const at = (...parts: string[]) => path.join(folder, ...parts);

function written(change: object = {}): string {
  writeFileSync(at('rules.yml'), stringify({ ...smallest, ...change }));
  return at('rules.yml');
}

test.each(committed.map((args) => [path.relative(root, args[2] ?? ''), args] as const))(
  'what is committed is what %s gives (npm run generate -w cli)',
  async (_, args) => {
    expect([await main([...args, '--check']), complained]).toEqual([0, []]);
  }
);

test('the committed folders hold nothing else', () => {
  const files = (name: string) => readdirSync(path.join(root, name)).sort();
  expect(files('provisioning/alerting')).toEqual([
    'contact-points.yml',
    'existing-application-rules.yml',
    'feature-rules.yml',
    'policies.yml',
    'templates.yml',
  ]);
  expect(files('docker/rules')).toHaveLength(3);
  expect(files('docker/alertmanager')).toEqual(['alertmanager.yml', 'flaglens.tmpl']);
});

test('writes the folders that are named, and --check finds what was changed since', async () => {
  const args = ['rules', '--config', written(), '--grafana', at('g'), '--prometheus', at('p')];
  expect(await main(args)).toBe(0);
  expect(said).toHaveLength(8);
  expect(existsSync(at('a'))).toBe(false);
  expect(await main([...args, '--check'])).toBe(0);

  writeFileSync(at('g', 'feature-rules.yml'), 'changed');
  rmSync(at('p', 'flaglens-feature.rules.yml'));
  expect(await main([...args, '--check'])).toBe(1);
  expect(complained.map((line) => line.split(' ')[0])).toEqual([
    at('g', 'feature-rules.yml'),
    at('p', 'flaglens-feature.rules.yml'),
  ]);
});

test('options win over the config', async () => {
  const keep = { feature: { signals: { errors: { keepFiringFor: '5m' } } } };
  const args = ['rules', '--config', written(keep), '--grafana', at('g'), '--prometheus', at('p')];
  const options = ['--interval', '30s', '--grafana-version', '12.2', '--grafana-url', 'https://g.example.com/'];
  expect(await main([...args, ...options])).toBe(0);
  expect(complained).toEqual([]);
  expect(readFileSync(at('g', 'feature-rules.yml'), 'utf8')).toMatch(/interval: 30s[^]*keepFiringFor: 5m/);
  const text = readFileSync(at('p', 'flaglens-feature.rules.yml'), 'utf8');
  expect(text).toContain('link: https://g.example.com/d/flaglens-feature?var-flag=checkout&var-signal=errors&from=');
  expect(text).toContain('interval: 30s');
});

test('says what it leaves out, and why', async () => {
  const change = {
    datasource: {
      settings: {
        baselines: { checkout: 'off' },
        signals: [{ id: 'pool', kind: 'gauge', direction: 'lower', metric: 'pool_used' }],
      },
    },
    feature: { signals: { pool: { keepFiringFor: '5m' } } },
  };
  expect(await main(['rules', '--config', written(change), '--grafana', at('g'), '--prometheus', at('p')])).toBe(0);
  expect(complained).toEqual([
    expect.stringMatching(/^checkout, pool: no Prometheus rule; a gauge has no bounds/),
    expect.stringMatching(/^keepFiringFor is left out: Grafana 11\.6/),
  ]);
});

test.each<[string, string[], RegExp]>([
  ['what is no option', ['rules', 'again', '--config', 'CONFIG'], /Unexpected argument 'again'/],
  ['no config', ['rules', '--grafana', 'g'], /--config names/],
  ['no folder', ['rules', '--config', 'CONFIG'], /Name a folder/],
  ['an unknown option', ['rules', '--colour'], /colour/],
  [
    'an interval that is rejected',
    ['rules', '--config', 'CONFIG', '--grafana', 'g', '--interval', '7s'],
    /multiple of 10s/,
  ],
  ['a config that is not there', ['rules', '--config', 'nowhere.yml', '--grafana', 'g'], /nowhere\.yml cannot be read/],
])('%s ends with 2 and the reason', async (_, args, reason) => {
  const config = written();
  expect(await main(args.map((arg) => (arg === 'CONFIG' ? config : arg)))).toBe(2);
  expect(complained.join('\n')).toMatch(reason);
  expect(existsSync('g')).toBe(false);
});

test('signals of which nothing is recorded leave the rule files empty', async () => {
  const change = {
    datasource: {
      settings: {
        baselines: { checkout: 'off' },
        signals: [{ id: 'pool', kind: 'gauge', direction: 'lower', metric: 'pool_used' }],
      },
    },
    feature: { signals: { pool: {} } },
    existingApplication: { signals: {} },
  };
  expect(await main(['rules', '--config', written(change), '--grafana', at('g'), '--prometheus', at('p')])).toBe(0);
  expect(readFileSync(at('p', 'flaglens-recordings.rules.yml'), 'utf8')).toMatch(/^groups: \[\]$/m);
  expect(readFileSync(at('g', 'feature-rules.yml'), 'utf8')).toContain('title: "checkout: worse in pool"');
});

/** A name that means something to templates, in every place that takes one. */
const hostile = (flag: string) => ({
  datasource: {
    settings: {
      baselines: { [flag]: `off ${flag}` },
      signals: [
        { id: 'x{{$value}}', name: `Sig ${flag}`, kind: 'ratio', metric: 'm_total', bad: 'a="b"', direction: 'lower' },
      ],
    },
  },
  flags: [{ flag, variants: [`${flag} on`, 'on'] }],
  feature: { signals: { latency: {}, errors: {}, 'x{{$value}}': {} }, severity: '{{ end }}' },
  existingApplication: {
    signals: { latency: { limit: 0.3 }, 'x{{$value}}': { limit: 0.01 } },
    noTrafficFor: '5m',
  },
});

test.each(hostileNames)('promtool reads rules about %s, and finds its name in them', async (_, flag) => {
  const args = ['rules', '--config', written(hostile(flag)), '--prometheus', at('p')];
  expect([await main(args), complained]).toEqual([0, []]);
  const files = readdirSync(at('p')).map((name) => at('p', name));
  execFileSync(tool('FLAGLENS_PROMTOOL', 'promtool'), ['check', 'rules', '--lint=none', ...files], { stdio: 'pipe' });
  const { groups } = parse(readFileSync(at('p', 'flaglens-recordings.rules.yml'), 'utf8'), { version: '1.1' }) as {
    groups: Array<{ rules: Array<{ labels: Record<string, string> }> }>;
  };
  // Labels of recordings are no templates.
  expect(new Set(groups.flatMap(({ rules: all }) => all.map(({ labels }) => labels.flag)))).toEqual(new Set([flag]));
});

test('an environment of any size is no obstacle', async () => {
  process.env.FLAGLENS_TEST_LARGE = 'x'.repeat(64 * 1024);
  try {
    expect(await main(['rules', '--config', written(), '--prometheus', at('p')])).toBe(0);
  } finally {
    delete process.env.FLAGLENS_TEST_LARGE;
  }
});

test('what the backend rejects is reported in its words', async () => {
  const change = { feature: { signals: { errors: {}, typo: {} } } };
  expect(await main(['rules', '--config', written(change), '--prometheus', at('p')])).toBe(2);
  expect(complained).toEqual([expect.stringMatching(/features\[1\]\.signal: "typo" is not in the catalogue/)]);
});

test('npx flaglens finds the command', () => {
  const output = execFileSync('npx', ['--no-install', 'flaglens', 'rules', '--help'], { cwd: root, encoding: 'utf8' });
  expect(output.trim()).toBe(rules.usage);
});

test('promtool takes the rules of flags with any name, and what it must do on given traffic is done', async () => {
  const flag = 'x"} or up{ {{ .x }} $y\n\\';
  const change = {
    datasource: { settings: { baselines: { [flag]: 'off' } } },
    flags: [{ flag, variants: ["on'"] }],
  };
  expect(await main(['rules', '--config', written(change), '--prometheus', at('p')])).toBe(0);
  const promtool = tool('FLAGLENS_PROMTOOL', 'promtool');
  const files = readdirSync(at('p')).map((name) => at('p', name));
  const checked = spawnSync(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', ...files], { encoding: 'utf8' });
  expect([checked.status, checked.stderr]).toEqual([0, '']);

  const tested = spawnSync(promtool, ['test', 'rules', path.join(root, 'cli/test/demo.test.yml')], {
    encoding: 'utf8',
  });
  expect([tested.status, tested.stderr]).toEqual([0, '']);
});

test.each(['docker/alertmanager', 'cli/examples/generated/alertmanager'])('amtool takes %s', (name) => {
  const file = path.join(root, name, 'alertmanager.yml');
  const checked = spawnSync(tool('FLAGLENS_AMTOOL', 'amtool'), ['check-config', file], { encoding: 'utf8' });
  expect([checked.status, checked.stderr]).toEqual([0, '']);
  expect(checked.stdout).toContain('1 templates');
});

test.each([
  ['scope=feature', 'feature'],
  ['scope=existing-application', 'existing-application'],
  ['scope=other', 'nobody'],
])('Alertmanager routes %s to %s alone', (labels, receiver) => {
  const file = path.join(root, 'docker/alertmanager/alertmanager.yml');
  const routed = execFileSync(
    tool('FLAGLENS_AMTOOL', 'amtool'),
    ['config', 'routes', 'test', `--config.file=${file}`, labels, 'flag=checkout-v2', 'severity=critical'],
    { encoding: 'utf8' }
  );
  expect(routed.trim()).toBe(receiver);
});
