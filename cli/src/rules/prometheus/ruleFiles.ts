import type { LoadedConfig } from '../config';
import type { FeatureRule, FlagRules, LimitRule } from '../contract.gen';
import { scopes } from '../scopes';
import { literal } from '../words';

interface PrometheusRule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface PrometheusGroup {
  name: string;
  interval: string;
  rules: PrometheusRule[];
}

export interface PrometheusRuleFile {
  groups: PrometheusGroup[];
}

/** The rule files by name: what is recorded, and each scope apart. */
export function prometheusFiles(config: LoadedConfig, flags: readonly FlagRules[]): Map<string, PrometheusRuleFile> {
  const { interval } = config.prometheus;
  const file = (groups: Array<{ name: string; rules: PrometheusRule[] }>) => ({
    groups: groups.filter(({ rules }) => rules.length > 0).map(({ name, rules }) => ({ name, interval, rules })),
  });
  return new Map([
    [
      'flaglens-recordings.rules.yml',
      file(flags.map((flag) => ({ name: `flaglens recordings ${flag.flag}`, rules: flag.recordings }))),
    ],
    [
      'flaglens-feature.rules.yml',
      file(flags.map((flag) => ({ name: `flaglens feature ${flag.flag}`, rules: featureAlerts(config, flag) }))),
    ],
    [
      'flaglens-existing-application.rules.yml',
      file(
        flags.map((flag) => ({
          name: `flaglens existing application ${flag.flag}`,
          rules: existingAlerts(config, flag),
        }))
      ),
    ],
  ]);
}

/** The signals that have no rule in PromQL, each with the reason. */
export function leftOut(flags: readonly FlagRules[]): string[] {
  return flags.flatMap(({ flag, features }) =>
    features.flatMap(({ signal, why }) => (why === undefined ? [] : [`${flag}, ${signal}: no Prometheus rule; ${why}`]))
  );
}

function featureAlerts(config: LoadedConfig, flag: FlagRules): PrometheusRule[] {
  return flag.features.flatMap((about) => (about.expr === undefined ? [] : [featureAlert(config, about, about.expr)]));
}

function featureAlert(config: LoadedConfig, about: FeatureRule, expr: string): PrometheusRule {
  const own = config.feature.signals[about.signal] ?? {};
  return {
    alert: 'FlaglensFeatureWorse',
    expr,
    for: own.for ?? config.prometheus.featureFor,
    ...keepFiring(own.keepFiringFor ?? config.feature.keepFiringFor),
    // The series have the flag and the signal as labels; in the rule their names would be templates.
    labels: { scope: scopes.feature.label, severity: literal(own.severity ?? config.feature.severity) },
    annotations: about.annotations.prometheus ?? {},
  };
}

function existingAlerts(config: LoadedConfig, flag: FlagRules): PrometheusRule[] {
  const { noTrafficFor } = config.existingApplication;
  return [
    ...flag.existing.map((about) => limitAlert(config, flag, about)),
    ...(noTrafficFor === undefined || flag.absent === undefined
      ? []
      : [noTrafficAlert(config, flag, flag.absent, noTrafficFor)]),
  ];
}

function limitAlert(config: LoadedConfig, flag: FlagRules, about: LimitRule): PrometheusRule {
  const own = config.existingApplication.signals[about.signal];
  return {
    alert: 'FlaglensExistingApplicationBeyondLimit',
    expr: about.expr,
    for: own?.for ?? config.existingApplication.for,
    ...keepFiring(own?.keepFiringFor ?? config.existingApplication.keepFiringFor),
    labels: {
      scope: scopes.existingApplication.label,
      severity: literal(own?.severity ?? config.existingApplication.severity),
      baseline_of: literal(flag.flag),
    },
    annotations: about.annotations.prometheus ?? {},
  };
}

function noTrafficAlert(config: LoadedConfig, flag: FlagRules, expr: string, patience: string): PrometheusRule {
  return {
    alert: 'FlaglensExistingApplicationNoTraffic',
    expr,
    for: patience,
    labels: {
      scope: scopes.existingApplication.label,
      severity: literal(config.existingApplication.severity),
      signal: 'traffic',
      baseline_of: literal(flag.flag),
    },
    annotations: flag.silence.prometheus ?? {},
  };
}

function keepFiring(duration: string | undefined): Pick<PrometheusRule, 'keep_firing_for'> {
  return duration === undefined ? {} : { keep_firing_for: duration };
}
