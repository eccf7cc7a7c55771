import { Inbox } from './Inbox';

/** What Alertmanager 0.31 sends, as its documentation has it. */
const fromAlertmanager = {
  version: '4',
  groupKey: '{}/{scope="feature"}:{flag="checkout-v2"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'feature',
  groupLabels: { scope: 'feature' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: 'FlaglensFeatureWorse',
        scope: 'feature',
        flag: 'checkout-v2',
        variant: 'on',
        signal: 'latency',
      },
      annotations: {
        summary: 'checkout-v2 on: worse in latency p95',
        description: 'Over the last 2m',
        link: 'http://127.0.0.1:3000/d/flaglens-feature?var-flag=checkout-v2',
      },
      startsAt: '2026-11-21T12:05:00.123Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
      fingerprint: 'c0ffee',
    },
  ],
};

const now = new Date('2026-11-21T12:06:00Z');

test('keeps what a notification says of each alert', () => {
  const inbox = new Inbox();
  inbox.receive(fromAlertmanager, now);
  expect(inbox.notifications).toEqual([
    {
      id: 1,
      receivedAt: '2026-11-21T12:06:00.000Z',
      sender: 'Alertmanager',
      receiver: 'feature',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          scope: 'feature',
          flag: 'checkout-v2',
          variant: 'on',
          signal: 'latency',
          summary: 'checkout-v2 on: worse in latency p95',
          description: 'Over the last 2m',
          startsAt: '2026-11-21T12:05:00.123Z',
          endsAt: '',
          link: 'http://127.0.0.1:3000/d/flaglens-feature?var-flag=checkout-v2',
        },
      ],
    },
  ]);
});

test('tells Grafana from Alertmanager, and a recovery with its end', () => {
  const [alert] = fromAlertmanager.alerts;
  const inbox = new Inbox();
  const { sender, status, alerts } = inbox.receive({
    ...fromAlertmanager,
    orgId: 1,
    status: 'resolved',
    alerts: [{ ...alert, status: 'resolved', endsAt: '2026-11-21T12:09:00Z' }],
  });
  expect({ sender, status, endsAt: alerts[0]?.endsAt }).toEqual({
    sender: 'Grafana',
    status: 'resolved',
    endsAt: '2026-11-21T12:09:00.000Z',
  });
});

test('the newest comes first, and there are never more than a hundred', () => {
  const inbox = new Inbox();
  for (let i = 0; i < 130; i++) {
    inbox.receive({ alerts: [] });
  }
  expect(inbox.notifications).toHaveLength(100);
  expect(inbox.notifications[0]?.id).toBe(130);
  expect(inbox.notifications.at(-1)?.id).toBe(31);
  inbox.clear();
  expect(inbox.notifications).toEqual([]);
});

test.each([null, 'text', 7, [], {}, { alerts: {} }, { alerts: 'many' }])('%j is no notification', (body) => {
  const inbox = new Inbox();
  expect(() => inbox.receive(body)).toThrow(/alerts/);
  expect(inbox.notifications).toEqual([]);
});

test('bounds what is kept of one notification', () => {
  const inbox = new Inbox();
  const huge = { labels: { flag: 'x'.repeat(100_000) }, annotations: { summary: 'y'.repeat(100_000) } };
  const { alerts } = inbox.receive({ alerts: Array.from({ length: 500 }, () => huge) });
  expect(alerts).toHaveLength(50);
  expect(alerts[0]?.flag).toHaveLength(600);
  expect(alerts[0]?.summary).toHaveLength(600);
});

test.each([
  ['javascript:alert(1)', ''],
  ['data:text/html,x', ''],
  ['//example.com', ''],
  ['http://', ''],
  [7, ''],
  ['http://127.0.0.1:3000/d/x?var-flag=%3Cb%3E', 'http://127.0.0.1:3000/d/x?var-flag=%3Cb%3E'],
  ['https://grafana.example.com/d/x', 'https://grafana.example.com/d/x'],
])('the link %j becomes %j', (link, kept) => {
  const inbox = new Inbox();
  expect(inbox.receive({ alerts: [{ annotations: { link } }] }).alerts[0]?.link).toBe(kept);
});

test.each([
  [{}, { status: 'firing', summary: '' }],
  [null, { status: 'firing', summary: '' }],
  ['text', { status: 'firing', summary: '' }],
  [{ labels: { alertname: 'Watchdog' }, annotations: 7 }, { summary: 'Watchdog' }],
  [{ startsAt: 'yesterday' }, { startsAt: '' }],
  [{ labels: { flag: ['a'] } }, { flag: '' }],
])('an alert %j is read as far as it can be', (alert, expected) => {
  expect(new Inbox().receive({ alerts: [alert] }).alerts[0]).toMatchObject(expected);
});
