import type { VerdictStat } from '../../../../src/contract/constants.gen';
import type { Query } from '../../../../src/contract/contract.gen';
import type { LoadedConfig } from '../config';
import type { FeatureRule, FlagRules } from '../contract.gen';
import { dashboards, scopes } from '../scopes';
import { stableUid } from '../uid';
import { literal, measured, shown } from '../words';
import { flaglensRuleQuery, math } from './queries';
import { groupsOf, keepsItsState, notificationSettings, timing, unexpanded, type GrafanaRule } from './ruleFile';

/** What the message says beside the evidence; each is a query of its own, since alerting drops the names of values. */
const shownStats: readonly VerdictStat[] = ['difference', 'lower', 'upper', 'variant_value', 'baseline_value', 'since'];

/** How far back a verdict may look for the beginning of the rollout: a week. */
const lookback = 7 * 24 * 3600;

/** The rules of all flags that fire when a feature is worse than its baseline: the verdict decides, not a threshold. */
export function featureGroups(config: LoadedConfig, flags: readonly FlagRules[]) {
  return flags.flatMap((flag) =>
    groupsOf(
      config,
      'feature',
      flag.flag,
      flag.features.map((rule) => featureRule(config, flag, rule))
    )
  );
}

function featureRule(config: LoadedConfig, flag: FlagRules, about: FeatureRule): GrafanaRule {
  const own = config.feature.signals[about.signal] ?? {};
  const { alpha, profile, recovery, since } = config.feature;
  const verdict = (stat: VerdictStat): Query => ({
    queryType: 'verdict',
    format: 'alert',
    flag: flag.flag,
    baseline: flag.baseline,
    variants: flag.variants,
    signals: [about.signal],
    stats: [stat],
    ...(own.margin ? { margins: { [about.signal]: own.margin } } : {}),
    ...(alpha === undefined ? {} : { alpha }),
    ...(profile === undefined ? {} : { profile }),
    ...(since === undefined ? {} : { since }),
  });
  const query = (refId: string, stat: VerdictStat) =>
    flaglensRuleQuery(refId, config.datasource.uid, lookback, verdict(stat));
  return {
    uid: stableUid('feature', flag.flag, about.signal),
    title: unexpanded(`${flag.flag}: worse in ${measured({ ...about, stat: '' })}`),
    condition: 'regressed',
    data: [
      query('evidence', recovery === 'live' ? 'evidence_live' : 'evidence'),
      ...[...shownStats, ...(about.kind === 'histogram' ? (['edge'] as const) : [])].map((stat) => query(stat, stat)),
      math('regressed', '$evidence >= 1'),
    ],
    ...timing(config, 'feature', own),
    ...keepsItsState,
    labels: { scope: scopes.feature.label, severity: own.severity ?? config.feature.severity },
    annotations: annotations(flag, about),
    ...notificationSettings(config, 'feature'),
  };
}

const value = (refId: string) => `(index .Values "${refId}").Value`;

/** Alerting carries no infinite numbers: the datasource writes the largest one for a bound that is open. */
const open = '1e300';

/** The words of a page. What a signal's difference is about depends on its kind, as in the verdict itself. */
function annotations(flag: FlagRules, about: FeatureRule): Record<string, string> {
  const shares = about.kind === 'histogram' || about.kind === 'ratio';
  const difference = (refId: string) => shown(value(refId), shares ? 'percentunit' : about.unit);
  const bound = (refId: string) =>
    `{{ if and (lt ${value(refId)} ${open}) (gt ${value(refId)} -${open}) }}${difference(refId)}{{ else }}open{{ end }}`;
  const interval = `(${bound('lower')} to ${bound('upper')})`;
  const worse = {
    histogram: `: ${difference('difference')} more of the requests take longer than ${shown(value('edge'), about.unit)} ${interval}`,
    ratio: ` by ${difference('difference')} of the requests ${interval}`,
    rate: ` by ${difference('difference')} ${interval}`,
    gauge: ` by ${difference('difference')} ${interval}`,
    mean: ` by ${difference('difference')} ${interval}`,
  }[about.kind];
  const values = `${shown(value('variant_value'), about.unit)} against ${shown(value('baseline_value'), about.unit)} with ${literal(flag.baseline)}`;
  return {
    summary: `{{ .Labels.flag }} {{ .Labels.variant }}: worse in ${measured({ ...about, stat: '' })}${worse}`,
    description:
      `${about.kind === 'histogram' ? 'At the quantile that suffers most: ' : ''}${values}, ` +
      `since {{ ${value('since')} | humanizeTimestamp }}. Evidence {{ ${value('evidence')} | printf "%.2f" }}; it fires at 1.`,
    link: `{{ externalURL }}d/${dashboards.feature}?var-flag=${encodeURIComponent(flag.flag)}&from={{ ${value('since')} | printf "%.0f" }}000&to=now`,
  };
}
