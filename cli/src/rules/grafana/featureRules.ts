import type { VerdictStat } from '../../../../src/contract/constants.gen';
import type { Query } from '../../../../src/contract/contract.gen';
import type { LoadedConfig } from '../config';
import type { FeatureRule, FlagRules } from '../contract.gen';
import { scopes } from '../scopes';
import { stableUid } from '../uid';
import { measured } from '../words';
import { flaglensRuleQuery, math } from './queries';
import { groupsOf, keepsItsState, notificationSettings, timing, type GrafanaRule } from './ruleFile';

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
    title: `${flag.flag}: worse in ${measured({ ...about, stat: '' })}`,
    condition: 'regressed',
    data: [
      query('evidence', recovery === 'live' ? 'evidence_live' : 'evidence'),
      // Its labels are the words of the alert. They change, and so they are not those of the condition.
      query('message', 'message'),
      math('regressed', '$evidence >= 1'),
    ],
    ...timing(config, 'feature', own),
    ...keepsItsState,
    labels: { scope: scopes.feature.label, severity: own.severity ?? config.feature.severity },
    annotations: about.annotations.grafana ?? {},
    ...notificationSettings(config, 'feature'),
  };
}
