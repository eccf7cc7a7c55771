import type { LoadedConfig, Receiver } from '../config';
import { groupBy } from '../grafana/ruleFile';
import { names } from '../messageTemplate';
import { scopes, type Scope } from '../scopes';

const allScopes = Object.keys(scopes) as Scope[];

/** The file that holds the message templates, beside the configuration. */
export const templateFile = 'flaglens.tmpl';

/** Alertmanager's configuration: a route for each scope. What no rule of ours raised goes to nobody here. */
export function alertmanagerConfig(config: LoadedConfig): object {
  return {
    templates: [templateFile],
    route: {
      receiver: 'nobody',
      routes: allScopes.map((scope) => ({
        receiver: scopes[scope].slug,
        matchers: [`scope="${scopes[scope].label}"`],
        group_by: [...groupBy[scope]],
        group_wait: config.routes[scope].groupWait,
        group_interval: config.routes[scope].groupInterval,
        repeat_interval: config.routes[scope].repeatInterval,
      })),
    },
    receivers: [
      { name: 'nobody' },
      ...allScopes.map((scope) => {
        const { receivers, alertmanagerReceivers } = config.routes[scope];
        return { name: scopes[scope].slug, ...integrations(alertmanagerReceivers ?? receivers) };
      }),
    ],
  };
}

const title = `{{ template "${names.title}" . }}`;
const message = `{{ template "${names.message}" . }}`;

function integrations(receivers: readonly Receiver[]): Record<string, object[]> {
  const byKind: Record<string, object[]> = {};
  for (const receiver of receivers) {
    const [kind, settings] = integration(receiver);
    (byKind[kind] ??= []).push({ send_resolved: true, ...settings });
  }
  return byKind;
}

function integration(receiver: Receiver): [kind: string, settings: object] {
  switch (receiver.type) {
    case 'webhook':
      return ['webhook_configs', { url: receiver.url }];
    case 'email':
      return [
        'email_configs',
        {
          to: receiver.addresses.join(', '),
          ...(receiver.from && { from: receiver.from }),
          ...(receiver.smarthost && { smarthost: receiver.smarthost }),
          headers: { Subject: title },
          text: message,
        },
      ];
    case 'slack':
      return ['slack_configs', { api_url: receiver.url, channel: receiver.channel, title, text: message }];
    case 'pagerduty':
      return ['pagerduty_configs', { routing_key: receiver.integrationKey, description: title }];
  }
}
