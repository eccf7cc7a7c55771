import { setTimeout as wait } from 'node:timers/promises';

import { waitFor } from '../../scripts/lib/waitFor';
import { scopesOf } from '../support/DemoControl';
import { AlertingShop } from './support/AlertingShop';
import { askPrometheus, type Sample } from './support/askPrometheus';

jest.setTimeout(240_000);

const window = 20;

/** The rules of the demo, sped up: the windows are as short as the load gives numbers for. */
const config = {
  datasource: {
    settings: {
      baselines: {
        'checkout-v2': 'off',
        'search-ranking': 'control',
        recommendations: 'off',
      },
    },
  },
  flags: [
    { flag: 'checkout-v2', variants: ['on'] },
    { flag: 'search-ranking', variants: ['new-ranking'] },
    { flag: 'recommendations', variants: ['on'] },
  ],
  feature: { signals: { errors: {}, latency: { thresholdMargin: { relative: 0.1 } } } },
  existingApplication: { signals: { errors: { limit: 0.04 }, latency: { limit: 0.6 } }, for: '2s', noTrafficFor: '1m' },
  window: `${window}s`,
  prometheus: { interval: '2s', featureFor: '2s' },
};

let shop: AlertingShop;

beforeAll(async () => {
  shop = await AlertingShop.start(config, 200);
  // The demo begins with the faults of its features on: a whole window without them comes before the rules are judged.
  await shop.control.fault('search-ranking-errors', false);
  await shop.control.fault('checkout-v2-slow-tail', false);
  await wait((window + 10) * 1000);
});

afterAll(() => shop.stop());

test('every recording rule of every flag has a value', async () => {
  const recorded = await waitFor<Sample[]>(
    async () => {
      const samples = await askPrometheus<Sample>(shop.prometheusUrl, 'query', {
        query: '{__name__=~"flaglens:signal_.+"}',
      });
      return samples.length < 48 ? { notYet: `${samples.length} series` } : { answer: samples };
    },
    { what: 'Recorded series', timeoutMs: 30_000 }
  );
  // 3 flags, 2 variants, 2 signals, each a count, a value and two bounds.
  expect(recorded).toHaveLength(48);
  expect(recorded.filter(({ value: [, number] }) => !Number.isFinite(Number(number)))).toEqual([]);
});

test('a fault of a feature notifies the feature alone, and its recovery too', async () => {
  const arrived = await shop.control.since();
  await shop.control.fault('search-ranking-errors', true);

  const firing = await shop.control.arrival(
    'A notification of the failing feature',
    ({ status, alerts }) => status === 'firing' && alerts.some(({ flag }) => flag === 'search-ranking')
  );

  expect(firing).toMatchObject({ sender: 'Alertmanager', receiver: 'feature' });
  expect(firing.alerts).toEqual([
    expect.objectContaining({
      status: 'firing',
      scope: 'feature',
      flag: 'search-ranking',
      variant: 'new-ranking',
      signal: 'errors',
      summary: expect.stringMatching(
        /^search-ranking new-ranking: errors worse: [\d.]+ more of every 100 requests \([\d.]+ with new-ranking, [\d.]+ with control\)$/
      ) as string,
      description: expect.stringMatching(
        /^How much: for sure at least [\d.]+ more of every 100 requests .*\nHow many: \d+ requests with new-ranking, \d+ with control in the last 20s\.\nWho has it: new-ranking, which serves \d+% .*\nWhat to do: roll search-ranking back/
      ) as string,
      link: expect.stringMatching(
        /^http:\/\/localhost:3000\/d\/flaglens-feature\?var-flag=search-ranking&var-signal=errors&from=\d{13}&to=now$/
      ) as string,
    }),
  ]);

  await shop.control.fault('search-ranking-errors', false);
  const recovered = await shop.control.arrival('The recovery of the feature', ({ id, status }) => {
    return id > firing.id && status === 'resolved';
  });
  expect(recovered.alerts.map(({ status, flag, signal }) => ({ status, flag, signal }))).toEqual([
    { status: 'resolved', flag: 'search-ranking', signal: 'errors' },
  ]);
  expect(Date.parse(recovered.alerts[0]?.endsAt ?? '')).toBeGreaterThan(Date.parse(firing.alerts[0]?.startsAt ?? ''));
  expect(scopesOf(await arrived())).toEqual(['feature']);
});

test('a fault of both arms notifies the existing application alone, and its recovery too', async () => {
  const arrived = await shop.control.since();
  await shop.control.fault('application-errors', true);

  const firing = await shop.control.arrival(
    'A notification of the failing application',
    ({ status, alerts }) => status === 'firing' && alerts.some(({ scope }) => scope === 'existing-application')
  );

  expect(firing.receiver).toBe('existing-application');
  expect(firing.alerts.length).toBeGreaterThan(0);
  for (const alert of firing.alerts) {
    expect(alert).toMatchObject({ scope: 'existing-application', flag: '', variant: '', signal: 'errors' });
    expect(alert.summary).toMatch(/^Existing application: errors: [\d.]+ of every 100 requests, the limit is 4$/);
  }

  // Long enough for a feature to be blamed, if it were.
  await wait(window * 1000);
  await shop.control.fault('application-errors', false);
  const recovered = await shop.control.arrival('The recovery of the application', ({ id, status }) => {
    return id > firing.id && status === 'resolved';
  });
  expect(recovered.alerts.every(({ status }) => status === 'resolved')).toBe(true);
  expect(scopesOf(await arrived())).toEqual(['existing-application']);
});

test('nothing else was said, nor did anything break', async () => {
  const said = await shop.control.notifications();
  const flags = new Set(said.flatMap(({ alerts }) => alerts.map(({ flag }) => flag)));
  expect(flags).toEqual(new Set(['search-ranking', '']));
  expect(shop.unexpected).toEqual([]);
  expect(await shop.log()).toBe('');
});
