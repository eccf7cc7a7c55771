import type { LoadedConfig, Receiver } from '../config';
import { messageTemplate, names } from '../messageTemplate';
import { scopes, type Scope } from '../scopes';
import { stableUid } from '../uid';
import { groupBy } from './ruleFile';

const allScopes = Object.keys(scopes) as Scope[];

/** Contact points, one for each scope. Every receiver gets recoveries too. */
export function contactPoints(config: LoadedConfig): object {
  return {
    apiVersion: 1,
    contactPoints: allScopes.map((scope) => ({
      orgId: config.grafana.orgId,
      name: scopes[scope].title,
      receivers: config.routes[scope].receivers.map((receiver, index) => ({
        uid: stableUid('contact-point', scope, receiver.type, String(index)),
        type: receiver.type,
        disableResolveMessage: false,
        settings: settingsOf(receiver),
      })),
    })),
  };
}

const title = `{{ template "${names.title}" . }}`;
const message = `{{ template "${names.message}" . }}`;

function settingsOf(receiver: Receiver): Record<string, unknown> {
  switch (receiver.type) {
    case 'webhook':
      return { url: receiver.url, httpMethod: 'POST', title, message };
    case 'email':
      return { addresses: receiver.addresses.join(';'), subject: title, message };
    case 'slack':
      return { url: receiver.url, recipient: receiver.channel, title, text: message };
    case 'pagerduty':
      return { integrationKey: receiver.integrationKey, severity: '{{ .CommonLabels.severity }}', summary: title };
  }
}

/** The notification tree: a branch for each scope, which never meet. It replaces the organisation's whole tree. */
export function policies(config: LoadedConfig): object {
  return {
    apiVersion: 1,
    policies: [
      {
        orgId: config.grafana.orgId,
        receiver: config.grafana.defaultContactPoint,
        group_by: ['grafana_folder', 'alertname'],
        routes: allScopes.map((scope) => ({
          receiver: scopes[scope].title,
          object_matchers: [['scope', '=', scopes[scope].label]],
          group_by: [...groupBy[scope]],
          group_wait: config.routes[scope].groupWait,
          group_interval: config.routes[scope].groupInterval,
          repeat_interval: config.routes[scope].repeatInterval,
        })),
      },
    ],
  };
}

/** The templates that word the messages of every contact point. */
export function templates(config: LoadedConfig): object {
  return {
    apiVersion: 1,
    templates: [{ orgId: config.grafana.orgId, name: 'flaglens', template: messageTemplate }],
  };
}
