import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { z } from 'zod';

import { ConfigError } from './ConfigError';
import type { LoadedConfig } from './config';

const root = path.resolve(import.meta.dirname, '../..');

const margin = z.object({ relative: z.number(), absolute: z.number() });
const about = {
  signal: z.string(),
  name: z.string(),
  stat: z.string(),
  kind: z.enum(['histogram', 'ratio', 'rate', 'gauge', 'mean']),
  unit: z.string(),
  direction: z.enum(['lower', 'higher', 'neutral']),
};
const flagRules = z.strictObject({
  flag: z.string(),
  baseline: z.string(),
  variants: z.array(z.string()),
  recordings: z.array(
    z.strictObject({ record: z.string(), labels: z.record(z.string(), z.string()), expr: z.string() })
  ),
  features: z.array(
    z.strictObject({
      ...about,
      margin,
      expr: z.string().optional(),
      why: z.string().optional(),
      baselineValue: z.string().optional(),
    })
  ),
  existing: z.array(z.strictObject({ ...about, limit: z.number(), minCount: z.number(), expr: z.string() })),
  absent: z.string().optional(),
});
const answer = z.strictObject({ flags: z.array(flagRules) });

/** What the rules of one flag ask Prometheus, as the backend's own code wrote it. */
export type FlagRules = z.infer<typeof flagRules>;
export type FeatureRule = FlagRules['features'][number];
export type LimitRule = FlagRules['existing'][number];
/** What a rule is about. */
export type About = Pick<FeatureRule, 'signal' | 'name' | 'stat' | 'kind' | 'unit' | 'direction'>;

function requestOf(config: LoadedConfig): object {
  const { settings, flags, window, minRequests: minCount, feature, existingApplication, prometheus } = config;
  return {
    settings,
    window,
    standardErrors: prometheus.standardErrors,
    nativeHistograms: prometheus.nativeHistograms,
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

/**
 * Asks the backend's code for the expressions of every rule: PromQL is written in one place alone. FLAGLENS_RULES names
 * the built command; without it, it is run from its source.
 *
 * @throws ConfigError with what the command says is wrong
 */
export function expressionsOf(config: LoadedConfig): FlagRules[] {
  const built = process.env.FLAGLENS_RULES;
  const [command, args] = built ? [built, []] : ['go', ['run', './pkg/cmd/rules']];
  const ran = spawnSync(command, args, {
    cwd: root,
    input: JSON.stringify(requestOf(config)),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ran.error) {
    throw new ConfigError(`${command} cannot be run, and it writes the PromQL: ${ran.error.message}`);
  }
  if (ran.status !== 0) {
    throw new ConfigError(ran.stderr.trim().replace(/\nexit status \d+$/, ''));
  }
  return answer.parse(JSON.parse(ran.stdout)).flags;
}
