import type { Query } from '../../../../src/contract/contract.gen';
import type { LoadedConfig } from '../config';
import { seconds } from '../duration';
import type { FlagRules, LimitRule } from '../contract.gen';
import { dashboards, scopes } from '../scopes';
import { stableUid } from '../uid';
import { literal, measured, shown, written } from '../words';
import { conditions, flaglensRuleQuery } from './queries';
import { groupsOf, keepsItsState, notificationSettings, timing, unexpanded, type GrafanaRule } from './ruleFile';

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

/** The second value that met its condition; there is none once either is met no more, since only those are counted. */
const value = '(index .Values "beyond1").Value';

function limitRule(config: LoadedConfig, flag: FlagRules, about: LimitRule): GrafanaRule {
  const own = config.existingApplication.signals[about.signal];
  const quantiles = own?.quantile === undefined ? {} : { quantiles: [own.quantile] };
  const least = config.minRequests / seconds(config.window);
  return {
    uid: stableUid('existing-application', flag.flag, about.signal),
    title: unexpanded(`Existing application: ${measured(about)} (baseline of ${flag.flag})`),
    condition: 'beyond',
    data: [
      baselineQuery(config, flag, 'value', { signals: [about.signal], stats: [about.stat], ...quantiles }),
      requests(config, flag),
      // Conditions keep no labels of their queries: the alert carries none of the flag's.
      conditions('beyond', [
        { refId: 'requests', evaluator: { type: 'gt', params: [least] } },
        { refId: 'value', evaluator: { type: about.direction === 'higher' ? 'lt' : 'gt', params: [about.limit] } },
      ]),
    ],
    ...timing(config, 'existingApplication', own ?? {}),
    ...keepsItsState,
    labels: labelsOf(config, flag, about.signal, own?.severity),
    annotations: {
      summary: `Existing application: ${measured(about)} beyond its limit of ${written(about.limit, about.unit)}{{ if ${value} }}, at ${shown(value, about.unit)}{{ end }}`,
      description: `Measured on the baseline of ${literal(flag.flag)} (${literal(flag.baseline)}) alone; no feature is part of it.`,
      link: linkTo(flag),
    },
    ...notificationSettings(config, 'existingApplication'),
  };
}

function noTrafficRule(config: LoadedConfig, flag: FlagRules, patience: string): GrafanaRule {
  return {
    uid: stableUid('existing-application', flag.flag, 'no-traffic'),
    title: unexpanded(`Existing application: no traffic (baseline of ${flag.flag})`),
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
    annotations: {
      summary: `Existing application: no traffic for ${patience}`,
      description: `The baseline of ${literal(flag.flag)} (${literal(flag.baseline)}) has no requests, or Prometheus does not see them.`,
      link: linkTo(flag),
    },
    ...notificationSettings(config, 'existingApplication'),
  };
}

function labelsOf(config: LoadedConfig, flag: FlagRules, signal: string, severity?: string): Record<string, string> {
  return {
    scope: scopes.existingApplication.label,
    severity: severity ?? config.existingApplication.severity,
    signal,
    baseline_of: unexpanded(flag.flag),
  };
}

function linkTo(flag: FlagRules): string {
  return `{{ externalURL }}d/${dashboards.existingApplication}?var-flag=${encodeURIComponent(flag.flag)}`;
}
