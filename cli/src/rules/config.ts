import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { BEGINNINGS, PROFILES } from '../../../src/contract/constants.gen';
import { UserError } from '../UserError';
import { seconds } from './duration';

const duration = z.string().regex(/^(0s?|(\d+(ms|s|m|h|d))+)$/, 'write it like 30s, 5m or 1h30m');
const severity = z.string().min(1);
const margin = z.strictObject({ relative: z.number().min(0).default(0), absolute: z.number().min(0).default(0) });
const quantile = z.number().gt(0).lt(1);

/** What one signal's rule may say otherwise than its scope. */
const signalRule = { for: duration.optional(), keepFiringFor: duration.optional(), severity: severity.optional() };

const featureSignal = z.strictObject({
  ...signalRule,
  /** How much worse is tolerated by the verdict; the datasource's own where it is absent. */
  margin: margin.optional(),
  /** The same for the rule in PromQL, which compares quantiles where the verdict compares shares above an edge. */
  thresholdMargin: margin.optional(),
  quantile: quantile.optional(),
});

const existingSignal = z.strictObject({
  ...signalRule,
  /** In the signal's unit: seconds, or a share from 0 to 1. */
  limit: z.number().min(0),
  quantile: quantile.optional(),
});

const webhook = z.strictObject({ type: z.literal('webhook'), url: z.string().min(1) });
const email = z.strictObject({
  type: z.literal('email'),
  addresses: z.array(z.email()).min(1),
  /** For Alertmanager; Grafana has a mail server in its own configuration. */
  from: z.email().optional(),
  smarthost: z.string().min(1).optional(),
});
const slack = z.strictObject({ type: z.literal('slack'), url: z.string().min(1), channel: z.string().min(1) });
const pagerduty = z.strictObject({ type: z.literal('pagerduty'), integrationKey: z.string().min(1) });
const receiver = z.discriminatedUnion('type', [webhook, email, slack, pagerduty]);

const route = z.strictObject({
  receivers: z.array(receiver).min(1),
  /** Alertmanager reads no environment variables; where those are used, it needs receivers of its own. */
  alertmanagerReceivers: z.array(receiver).min(1).optional(),
  groupWait: duration.default('10s'),
  groupInterval: duration.default('1m'),
  repeatInterval: duration.default('4h'),
});

const flag = z.strictObject({
  flag: z.string().min(1),
  /** The variant that stands for the existing application; the one of the datasource's settings if it is absent. */
  baseline: z.string().min(1).optional(),
  /** The features that a row is expected of. */
  variants: z.array(z.string().min(1)).min(1),
});

const schema = z.strictObject({
  datasource: z
    .strictObject({
      uid: z.string().min(1).default('flaglens'),
      /** The datasource's jsonData, or the Grafana provisioning file that holds it. */
      settings: z.record(z.string(), z.unknown()).optional(),
      file: z.string().min(1).optional(),
    })
    .default({ uid: 'flaglens' }),
  flags: z.array(flag).min(1),
  /** What thresholds look back over; the verdict looks back to the beginning of the rollout. */
  window: duration.default('5m'),
  /** The least number of requests within the window, of each side where two are compared. */
  minRequests: z.number().min(0).default(100),
  /** How much is allowed to chance, in standard errors: of each side where two are compared. */
  standardErrors: z.number().min(0).max(10).optional(),
  /** Addresses that messages lead to, in which {flag}, {variant}, {baseline} and {signal} stand for names. */
  links: z
    .strictObject({
      /** Where a feature is rolled back. */
      rollBack: z.string().min(1).optional(),
      /** What an engineer reads at night. */
      runbook: z.string().min(1).optional(),
    })
    .prefault({}),
  feature: z.strictObject({
    signals: z.record(z.string().min(1), featureSignal).refine((signals) => Object.keys(signals).length > 0),
    severity: severity.default('critical'),
    /** The verdict's evidence holds at every look: it needs no waiting. */
    for: duration.default('0s'),
    keepFiringFor: duration.optional(),
    alpha: z.number().gt(0).max(0.1).optional(),
    profile: z.enum(PROFILES).optional(),
    /** rollout: as the verdict, which is latched until the next rollout; live: as soon as the evidence falls below 1. */
    recovery: z.enum(['rollout', 'live']).default('rollout'),
    since: z.union([z.enum(BEGINNINGS), z.int().positive()]).optional(),
  }),
  existingApplication: z.strictObject({
    signals: z.record(z.string().min(1), existingSignal),
    severity: severity.default('critical'),
    for: duration.default('5m'),
    keepFiringFor: duration.optional(),
    /** Fires when the baseline has had no traffic for so long; no such rule if it is absent. */
    noTrafficFor: duration.optional(),
  }),
  grafana: z
    .strictObject({
      version: z
        .string()
        .regex(/^\d+\.\d+(\.\d+)?$/, 'write it like 11.6 or 12.1.2')
        .default('11.6'),
      interval: duration
        .default('1m')
        .refine((interval) => seconds(interval) >= 10 && seconds(interval) % 10 === 0, 'choose a multiple of 10s'),
      orgId: z.int().positive().default(1),
      /** policies replaces the organisation's whole notification tree; rule lets every rule name its contact point. */
      routing: z.enum(['policies', 'rule']).default('policies'),
      /** Who gets what no rule of this model raised, where policies are written. */
      defaultContactPoint: z.string().min(1).default('grafana-default-email'),
    })
    .prefault({}),
  prometheus: z
    .strictObject({
      interval: duration.default('1m'),
      /** The former place of standardErrors, which is read where that says nothing. */
      standardErrors: z.number().min(0).max(10).default(3),
      nativeHistograms: z.boolean().default(false),
      /** How long a feature must be worse; such a rule is looked at often, and guards itself by waiting. */
      featureFor: duration.default('5m'),
      /** Where Grafana is reached, for the links in messages. */
      grafanaUrl: z.url().default('http://localhost:3000'),
    })
    .prefault({}),
  routes: z.strictObject({ feature: route, existingApplication: route }),
});

/** What rules, routes and messages are made from; durations are Prometheus's. */
export type RulesConfig = z.infer<typeof schema>;
/** A config as it is written, before its defaults. */
export type RulesConfigInput = z.input<typeof schema>;
export type Receiver = z.infer<typeof receiver>;
/** A config whose datasource has its settings at hand. */
export type LoadedConfig = RulesConfig & { settings: Record<string, unknown>; standardErrors: number };

/** Checks a config and fills in its defaults. @throws UserError that names every field that is wrong */
export function readConfig(input: unknown, folder = '.'): LoadedConfig {
  const read = schema.safeParse(input);
  if (!read.success) {
    const problems = read.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
    throw new UserError(problems.join('\n'));
  }
  const { datasource } = read.data;
  if (datasource.settings && datasource.file) {
    throw new UserError('datasource: give settings or a file, not both');
  }
  const settings = datasource.file ? settingsOf(path.resolve(folder, datasource.file), datasource.uid) : {};
  const { standardErrors = read.data.prometheus.standardErrors } = read.data;
  return { ...read.data, standardErrors, settings: datasource.settings ?? settings };
}

/** Fields that win over those of a file, part by part. */
export type ConfigChange = Record<'grafana' | 'prometheus', Record<string, unknown>>;

/** Reads a config from a YAML or JSON file. @param change wins over what the file says */
export function loadConfig(file: string, change?: ConfigChange): LoadedConfig {
  return readConfig(withChange(parseFile(file), change), path.dirname(file));
}

function withChange(input: unknown, change: ConfigChange | undefined): unknown {
  if (change === undefined || !isObject(input)) {
    return input;
  }
  const parts = Object.entries(change).map(([part, fields]) => {
    const known = input[part];
    return [part, isObject(known) ? { ...known, ...fields } : (known ?? fields)] as const;
  });
  return { ...input, ...Object.fromEntries(parts) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const provisioned = z.object({
  datasources: z.array(z.object({ uid: z.string(), jsonData: z.record(z.string(), z.unknown()).default({}) })),
});

/** The settings of a datasource in one of Grafana's provisioning files. */
function settingsOf(file: string, uid: string): Record<string, unknown> {
  const read = provisioned.safeParse(parseFile(file));
  const found = read.data?.datasources.find((datasource) => datasource.uid === uid);
  if (found === undefined) {
    throw new UserError(`datasource.file: ${file} provisions no datasource with the uid ${uid}`);
  }
  return found.jsonData;
}
