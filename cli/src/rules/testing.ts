import { existsSync } from 'node:fs';
import path from 'node:path';

import { readConfig, type LoadedConfig, type RulesConfigInput } from './config';

/** The checkout. */
export const root = path.resolve(import.meta.dirname, '../../..');

/** A tool that `npm test` builds and names in the environment. @throws Error if it is not there */
export function tool(variable: string, name: string): string {
  const file = process.env[variable] ?? path.join(root, '.cache/bin', name);
  if (!existsSync(file)) {
    throw new Error(`There is no ${name}: npm test builds it, or name one with ${variable}.`);
  }
  return file;
}

/** The least that a config says. */
export const smallest: RulesConfigInput = {
  datasource: { settings: { baselines: { checkout: 'off' } } },
  flags: [{ flag: 'checkout', variants: ['on'] }],
  feature: { signals: { errors: {}, latency: {} } },
  existingApplication: { signals: { errors: { limit: 0.02 } }, noTrafficFor: '5m' },
  routes: {
    feature: { receivers: [{ type: 'webhook', url: 'http://127.0.0.1:1/feature' }] },
    existingApplication: { receivers: [{ type: 'webhook', url: 'http://127.0.0.1:1/existing' }] },
  },
};

/** The smallest config with some of it changed. */
export function configWith(change: Partial<RulesConfigInput>): LoadedConfig {
  return readConfig({ ...smallest, ...change });
}

/** Names that are something else to a reader of templates, variables, formats, YAML, files or numbers. */
export const hostileNames: readonly string[] = [
  '{{ .Labels.instance }}{{ printf "%s" "x" }}',
  '{{ end }} {{ if',
  '{{{{{ }}}',
  '{{ query "up" | first | value }}',
  '$HOME ${PATH} $__env{HOME} $$ $',
  '%d %q %!s(MISSING) 100%',
  'a: b\n- c: "d" # x',
  '!!js/function x',
  '&a *a',
  'null',
  '1e3',
  '2001-01-01',
  `a"b'c\`d\\e`,
  'a\nb\tc',
  '\u202eabc\u2066',
  'a\ufffdb',
  '<script>alert(1)</script>',
  '\u0085\u2028\u2029x',
  'a\u0000b\u0007',
  'L'.repeat(300),
  '../../x',
  '\ufeffx',
];
