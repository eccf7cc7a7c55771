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
