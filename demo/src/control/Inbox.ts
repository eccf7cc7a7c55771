import { BadRequest } from '../state';

/** One alert of a notification, as the page shows it. Every text is somebody else's, and cut to a length. */
export interface InboxAlert {
  status: 'firing' | 'resolved';
  scope: string;
  flag: string;
  variant: string;
  signal: string;
  summary: string;
  description: string;
  /** When it began and, once resolved, ended: RFC 3339, empty where it was not said. */
  startsAt: string;
  endsAt: string;
  link: string;
}

/** A notification that arrived. */
export interface InboxNotification {
  id: number;
  /** When it arrived, RFC 3339. */
  receivedAt: string;
  sender: 'Grafana' | 'Alertmanager';
  receiver: string;
  status: 'firing' | 'resolved';
  alerts: InboxAlert[];
}

const maxNotifications = 100;
const maxAlerts = 50;
const maxText = 600;

/** Keeps the newest notifications that Grafana and Alertmanager sent. */
export class Inbox {
  readonly #notifications: InboxNotification[] = [];
  #nextId = 1;

  /** What has arrived, newest first. */
  get notifications(): readonly InboxNotification[] {
    return this.#notifications;
  }

  /** Takes a webhook's body. @throws BadRequest if it is none of Grafana or Alertmanager */
  receive(body: unknown, now = new Date()): InboxNotification {
    if (!isObject(body) || !Array.isArray(body.alerts)) {
      throw new BadRequest('Send what a webhook of Grafana or Alertmanager sends: {"status", "alerts": [...]}.');
    }
    const notification: InboxNotification = {
      id: this.#nextId++,
      receivedAt: now.toISOString(),
      // Alertmanager knows no organisations.
      sender: 'orgId' in body ? 'Grafana' : 'Alertmanager',
      receiver: text(body.receiver),
      status: statusOf(body.status),
      alerts: body.alerts.slice(0, maxAlerts).map(alertOf),
    };
    this.#notifications.unshift(notification);
    this.#notifications.splice(maxNotifications);
    return notification;
  }

  /** Forgets what has arrived. */
  clear(): void {
    this.#notifications.length = 0;
  }
}

function alertOf(value: unknown): InboxAlert {
  const alert = isObject(value) ? value : {};
  const labels = isObject(alert.labels) ? alert.labels : {};
  const annotations = isObject(alert.annotations) ? alert.annotations : {};
  const status = statusOf(alert.status);
  return {
    status,
    scope: text(labels.scope),
    flag: text(labels.flag),
    variant: text(labels.variant),
    signal: text(labels.signal),
    summary: text(annotations.summary) || text(labels.alertname),
    description: text(annotations.description),
    startsAt: time(alert.startsAt),
    // While it fires, its end is a guess of the sender.
    endsAt: status === 'resolved' ? time(alert.endsAt) : '',
    link: webLink(annotations.link),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maxText) : '';
}

function statusOf(value: unknown): 'firing' | 'resolved' {
  return value === 'resolved' ? 'resolved' : 'firing';
}

function time(value: unknown): string {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString();
}

/** A link that a browser may follow: http and https alone. */
function webLink(value: unknown): string {
  const link = text(value);
  return /^https?:\/\//.test(link) && URL.canParse(link) ? link : '';
}
