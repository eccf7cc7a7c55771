import type { LoadedConfig } from '../config';
import { scopes, type Scope } from '../scopes';
import { stableUid } from '../uid';
import type { RuleQuery } from './queries';

/** An alert rule in a provisioning file of Grafana. */
export interface GrafanaRule {
  uid: string;
  title: string;
  condition: string;
  data: RuleQuery[];
  for: string;
  keepFiringFor?: string;
  noDataState: 'KeepLast' | 'Alerting';
  execErrState: 'KeepLast';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  notification_settings?: Record<string, unknown>;
}

export interface GrafanaGroup {
  orgId: number;
  name: string;
  folder: string;
  interval: string;
  rules: GrafanaRule[];
}

/** The most rules that Grafana takes in one group. */
export const maxRulesOfGroup = 100;

/** The version from which files may say keepFiringFor; before, it is ignored without a word. */
const keepFiringForSince = [12, 1, 2];

function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of wanted.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) {
      return part > least;
    }
  }
  return true;
}

/** Whether the Grafana that the rules are for takes keepFiringFor from a file. */
export function takesKeepFiringFor(version: string): boolean {
  return atLeast(version, keepFiringForSince);
}

/** What is the same in every rule: it keeps its state through errors and gaps, which are never a recovery. */
export const keepsItsState = { noDataState: 'KeepLast', execErrState: 'KeepLast' } as const;

/** The parts of a rule that its own timing, or else its scope's, decides. */
export function timing(
  { grafana, ...config }: LoadedConfig,
  scope: Scope,
  own: { for?: string | undefined; keepFiringFor?: string | undefined }
): Pick<GrafanaRule, 'for' | 'keepFiringFor'> {
  const kept = own.keepFiringFor ?? config[scope].keepFiringFor;
  return {
    for: own.for ?? config[scope].for,
    ...(kept !== undefined && takesKeepFiringFor(grafana.version) ? { keepFiringFor: kept } : {}),
  };
}

/** Where a rule that names its own contact point sends its alerts; nothing where policies decide. */
export function notificationSettings(
  config: LoadedConfig,
  scope: Scope
): Pick<GrafanaRule, 'notification_settings'> | object {
  if (config.grafana.routing === 'policies') {
    return {};
  }
  const { groupWait, groupInterval, repeatInterval } = config.routes[scope];
  return {
    notification_settings: {
      receiver: scopes[scope].title,
      group_by: [...groupBy[scope]],
      group_wait: groupWait,
      group_interval: groupInterval,
      repeat_interval: repeatInterval,
    },
  };
}

/** What makes one notification of several alerts: a page speaks of one variant of one flag, or of the application. */
export const groupBy = {
  feature: ['scope', 'flag', 'variant'],
  existingApplication: ['scope'],
} as const;

/** The most bytes that Grafana takes for the title of a rule and the name of a group. */
const longestTitle = 190;

/** Text on one line and of a length that Grafana takes, still different from every other one that begins alike. */
function titled(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  if (line === text && Buffer.byteLength(line) <= longestTitle) {
    return line;
  }
  const mark = ` (${stableUid(text).slice(-8)})`;
  let kept = line;
  while (Buffer.byteLength(kept + mark) > longestTitle) {
    kept = [...kept].slice(0, -1).join('');
  }
  return kept + mark;
}

/** A rule as it is written into a file: Grafana expands variables in all of its texts but those of its queries. */
function asProvisioned(rule: GrafanaRule): GrafanaRule {
  const texts = (of: Record<string, string>) =>
    Object.fromEntries(Object.entries(of).map(([name, text]) => [name, unexpanded(text)]));
  return {
    ...rule,
    title: unexpanded(titled(rule.title)),
    labels: texts(rule.labels),
    annotations: texts(rule.annotations),
  };
}

/** A group and, where it holds more rules than Grafana takes in one, those that follow it. */
export function groupsOf(config: LoadedConfig, scope: Scope, name: string, rules: readonly GrafanaRule[]) {
  const groups: GrafanaGroup[] = [];
  for (let begin = 0; begin < rules.length; begin += maxRulesOfGroup) {
    groups.push({
      orgId: config.grafana.orgId,
      name: unexpanded(titled(begin === 0 ? name : `${name} (${begin / maxRulesOfGroup + 1})`)),
      folder: scopes[scope].title,
      interval: config.grafana.interval,
      rules: rules.slice(begin, begin + maxRulesOfGroup).map(asProvisioned),
    });
  }
  return groups;
}

/** Text in which Grafana expands no variable. */
function unexpanded(text: string): string {
  return text.replaceAll('$', '$$$$');
}
