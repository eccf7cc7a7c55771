import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { engineFolder } from '../engine';
import { UserError } from '../UserError';
import type { LoadedConfig } from './config';
import type { Answer, FlagRules, Request } from './contract.gen';

function requestOf(config: LoadedConfig): Request {
  const { settings, flags, window, minRequests: minCount, feature, existingApplication, prometheus } = config;
  return {
    settings,
    window,
    standardErrors: config.standardErrors,
    nativeHistograms: prometheus.nativeHistograms,
    links: config.links,
    grafanaUrl: prometheus.grafanaUrl,
    noTrafficFor: existingApplication.noTrafficFor,
    flags,
    features: Object.entries(feature.signals).map(([signal, { quantile, margin: verdictMargin, thresholdMargin }]) => ({
      signal,
      quantile,
      margin: thresholdMargin ?? verdictMargin,
      minCount,
    })),
    existing: Object.entries(existingApplication.signals).map(([signal, { quantile, limit }]) => ({
      signal,
      quantile,
      limit,
      minCount,
    })),
  };
}

/** Compiles in one pass. Optimizing the program takes three times as long as the whole of a run without it. */
const nodeOptions = ['--liftoff-only'];

/**
 * Asks the backend's own code, which is compiled in, for the expressions of every rule: PromQL is written there alone.
 *
 * @throws UserError with what that code says is wrong
 */
export function expressionsOf(config: LoadedConfig): FlagRules[] {
  const [runner = '', program = ''] = ['wasm_exec_node.js', 'rules.wasm'].map((name) => path.join(engineFolder, name));
  const missing = [runner, program].find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw new UserError(
      `${missing} is missing, which writes the PromQL: install @flaglens/cli again, or build it with npm run build -w cli.`
    );
  }
  const ran = spawnSync(process.execPath, [...nodeOptions, runner, program], {
    input: JSON.stringify(requestOf(config)),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // The program reads no environment, and fails where that is larger than the 8 KiB that it has for it.
    env: {},
  });
  if (ran.error) {
    throw ran.error;
  }
  if (ran.status === 1) {
    throw new UserError(ran.stderr.trim());
  }
  if (ran.status !== 0) {
    throw new Error(`${program} failed (${ran.status ?? ran.signal ?? 'unknown'}): ${ran.stderr.trim()}`);
  }
  return (JSON.parse(ran.stdout) as Answer).flags;
}
