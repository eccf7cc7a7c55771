import type { Query } from '../../../../src/contract/contract.gen';
import type { LoadedConfig } from '../config';
import { seconds } from '../duration';
import type { FlagRules, LimitRule } from '../contract.gen';
import { scopes } from '../scopes';
import { stableUid } from '../uid';
import { literal, measured } from '../words';
import { conditions, flaglensRuleQuery } from './queries';
import { groupsOf, keepsItsState, notificationSettings, timing, type GrafanaRule } from './ruleFile';

/**
 * The rules of the existing application: the baseline of each flag alone, against fixed limits. No series of a feature
 * is read, so a feature's fault cannot raise them.
 */
export function existingGroups(config: LoadedConfig, flags: readonly FlagRules[]) {
  return flags.flatMap((flag) =>
    groupsOf(config, 'existingApplication', `baseline of ${flag.flag}`, [
      ...flag.existing.map((rule) => limitRule(config, flag, rule)),
      ...(config.existingApplication.noTrafficFor === undefined
        ? []
        : [noTrafficRule(config, flag, config.existingApplication.noTrafficFor)]),
    ])
  );
}

function baselineQuery(config: LoadedConfig, flag: FlagRules, refId: string, query: Partial<Query>) {
  return flaglensRuleQuery(refId, config.datasource.uid, seconds(config.window), {
    queryType: 'split',
    format: 'alert',
    flag: flag.flag,
    baseline: flag.baseline,
    roles: ['baseline'],
    ...query,
  });
}

function requests(config: LoadedConfig, flag: FlagRules) {
  return baselineQuery(config, flag, 'requests', { signals: ['throughput'], stats: ['rate'] });
}

function limitRule(config: LoadedConfig, flag: FlagRules, about: LimitRule): GrafanaRule {
  const own = config.existingApplication.signals[about.signal];
  const quantiles = own?.quantile === undefined ? {} : { quantiles: [own.quantile] };
  const { minRequests, standardErrors } = config;
  return {
    uid: stableUid('existing-application', flag.flag, about.signal),
    title: `Existing application: ${measured(about)} (baseline of ${flag.flag})`,
    condition: 'beyond',
    data: [
      baselineQuery(config, flag, 'excess', {
        signals: [about.signal],
        stats: [about.stat],
        ...quantiles,
        threshold: { value: about.limit, minRequests, standardErrors, words: true },
      }),
      // Conditions keep no labels of their queries: the alert carries none of the flag's, and the words may change.
      conditions('beyond', [{ refId: 'excess', evaluator: { type: 'gt', params: [1] } }]),
    ],
    ...timing(config, 'existingApplication', own ?? {}),
    ...keepsItsState,
    labels: labelsOf(config, flag, about.signal, own?.severity),
    annotations: about.annotations.grafana ?? {},
    ...notificationSettings(config, 'existingApplication'),
  };
}

function noTrafficRule(config: LoadedConfig, flag: FlagRules, patience: string): GrafanaRule {
  return {
    uid: stableUid('existing-application', flag.flag, 'no-traffic'),
    title: `Existing application: no traffic (baseline of ${flag.flag})`,
    condition: 'silent',
    data: [
      requests(config, flag),
      conditions('silent', [{ refId: 'requests', evaluator: { type: 'lt', params: [1e-9] } }]),
    ],
    ...timing(config, 'existingApplication', { for: patience }),
    ...keepsItsState,
    // Here to have no data is to have no traffic; the waiting time holds for it too.
    noDataState: 'Alerting',
    labels: labelsOf(config, flag, 'traffic'),
    annotations: flag.silence.grafana ?? {},
    ...notificationSettings(config, 'existingApplication'),
  };
}

function labelsOf(config: LoadedConfig, flag: FlagRules, signal: string, severity?: string): Record<string, string> {
  return {
    scope: scopes.existingApplication.label,
    severity: severity ?? config.existingApplication.severity,
    signal: literal(signal),
    baseline_of: literal(flag.flag),
  };
}
