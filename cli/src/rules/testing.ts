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

/** Names that are something else to a reader of templates, YAML, files or numbers; each with a word for it. */
export const hostileNames: ReadonlyArray<readonly [string, string]> = Object.entries({
  'a template': '{{ .Labels.instance }}{{ printf "%s" "x" }}',
  'a broken template': '{{ end }} {{ if',
  'many braces': '{{{{{ }}}',
  'a query': '{{ query "up" | first | value }}',
  'a variable of the environment': '$HOME ${PATH} $__env{HOME} $$ $',
  'a format': '%d %q %!s(MISSING) 100%',
  YAML: 'a: b\n- c: "d" # x',
  'a tag': '!!js/function x',
  'an anchor': '&a *a',
  null: 'null',
  'a number': '1e3',
  'a date': '2001-01-01',
  quotes: `a"b'c\`d\\e`,
  'a new line': 'a\nb\tc',
  'text that turns around': '\u202eabc\u2066',
  'a replacement character': 'a\ufffdb',
  HTML: '<script>alert(1)</script>',
  'separators of lines': '\u0085\u2028\u2029x',
  'control characters': 'a\u0000b\u0007',
  'a long name': 'L'.repeat(300),
  'a path': '../../x',
  'a byte order mark': '\ufeffx',
});
