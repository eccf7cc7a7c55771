import { setTimeout as wait } from 'node:timers/promises';

import { waitFor } from '../../scripts/lib/waitFor';
import { scopesOf } from '../support/DemoControl';
import { GrafanaShop } from './support';

/*
 * The rules as they are provisioned, with strict evidence, which takes some 18 minutes of this traffic to pass 1: the
 * first ten of the failing rollout lie in the simulated past, the others pass live.
 */
jest.setTimeout(1_800_000);

const minute = 60;
const end = Math.floor(Date.now() / 1000);

let shop: GrafanaShop;

beforeAll(async () => {
  const everyFlag = { 'checkout-v2': 0, 'search-ranking': 0, recommendations: 0, 'order-history': 0 };
  shop = await GrafanaShop.start({
    start: end - 60 * minute,
    end,
    step: 10,
    seed: 3,
    changes: [
      {
        at: 0,
        percentages: everyFlag,
        faults: { 'checkout-v2-slow-tail': false, 'search-ranking-errors': true },
        rps: 200,
      },
      { at: end - 45 * minute, percentages: { 'checkout-v2': 50, recommendations: 50, 'order-history': 20 } },
      { at: end - 10 * minute, percentages: { 'search-ranking': 50 } },
    ],
  });
});

afterAll(() => shop.stop());

test('every provisioned rule is evaluated, without errors, and all are quiet', async () => {
  const rules = await waitFor(
    async () => {
      const states = await shop.rules();
      const waiting = states.filter(({ lastEvaluation }) => Date.parse(lastEvaluation) < end * 1000);
      return states.length > 0 && waiting.length === 0
        ? { answer: states }
        : { notYet: `${waiting.length} of ${states.length} rules have not been evaluated` };
    },
    { what: 'The first evaluation of every rule', timeoutMs: 120_000 }
  );
  // Four flags: latency and errors of the feature; latency, errors and traffic of the existing application.
  expect(rules).toHaveLength(4 * (2 + 3));
  // Grafana's state of several evaluations, with the live traffic in their windows.
  await wait(40_000);
  expect((await shop.rules()).filter(({ state, health }) => state !== 'inactive' || health !== 'ok')).toEqual([]);
  expect(await shop.control.notifications()).toEqual([]);
});

test('a failing feature is notified within 30 seconds of the evidence passing 1, the feature alone', async () => {
  const before = await shop.evidence('search-ranking', 'errors');
  expect(before).toBeLessThan(1);

  const passed = await waitFor<number>(
    async () => {
      const evidence = await shop.evidence('search-ranking', 'errors');
      return evidence >= 1 ? { answer: Date.now() } : { notYet: `it is ${evidence.toFixed(2)}` };
    },
    { what: 'An evidence of 1', timeoutMs: 1_200_000, pauseMs: 2000 }
  );
  const firing = await shop.control.arrival('The notification', ({ alerts }) =>
    alerts.some(({ flag, status }) => flag === 'search-ranking' && status === 'firing')
  );

  const delay = (Date.parse(firing.receivedAt) - passed) / 1000;
  expect(delay).toBeLessThan(30);
  expect(firing).toMatchObject({ sender: 'Grafana', receiver: 'Flaglens: feature', status: 'firing' });
  expect(firing.alerts).toEqual([
    expect.objectContaining({
      scope: 'feature',
      flag: 'search-ranking',
      variant: 'new-ranking',
      signal: 'errors',
      summary: expect.stringMatching(
        /^search-ranking new-ranking: errors worse: [\d.]+ more of every 100 requests \([\d.]+ with new-ranking, [\d.]+ with control\)$/
      ) as string,
      description: expect.stringMatching(
        /^How much: [\d.]+ more of every 100 requests, .*; margin .*\nHow many: .*\nWho has it: new-ranking, which serves [\d.]+% .*\nSince when: the rollout of .* ago; called worse at .*\n(Careful: .*\n)?What to do: roll search-ranking back/
      ) as string,
      link: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/d\/flaglens-feature\?var-flag=search-ranking&var-signal=errors&from=\d{13}&to=now$/
      ) as string,
    }),
  ]);
  expect(scopesOf(await shop.control.notifications())).toEqual(['feature']);
});

test('the recovery is notified once a new rollout begins without the fault', async () => {
  await shop.control.fault('search-ranking-errors', false);
  await wait(20_000);
  await shop.control.allocate('search-ranking', 30);

  const recovered = await shop.control.arrival(
    'The recovery',
    ({ status, alerts }) => status === 'resolved' && alerts.some(({ flag }) => flag === 'search-ranking'),
    300_000
  );

  expect(recovered.receiver).toBe('Flaglens: feature');
  expect(scopesOf(await shop.control.notifications())).toEqual(['feature']);
});

test('a fault of the application is notified as its own, and features are not blamed', async () => {
  const arrived = await shop.control.since();
  await shop.control.fault('application-errors', true);

  const firing = await shop.control.arrival(
    'The notification of the application',
    ({ status, alerts }) => status === 'firing' && alerts.some(({ scope }) => scope === 'existing-application'),
    240_000
  );
  expect(firing.receiver).toBe('Flaglens: existing application');
  for (const alert of firing.alerts) {
    expect(alert).toMatchObject({ scope: 'existing-application', flag: '', variant: '', signal: 'errors' });
    expect(alert.summary).toMatch(/^Existing application: errors: [\d.]+ of every 100 requests, the limit is 2$/);
    expect(alert.description).toMatch(
      /^How much: .*\nHow many: .*\nWho has it: the baseline of .*\nWhat to do: no feature did this/
    );
  }

  await shop.control.fault('application-errors', false);
  await shop.control.arrival(
    'The recovery of the application',
    ({ id, status }) => id > firing.id && status === 'resolved',
    300_000
  );
  expect(scopesOf(await arrived())).toEqual(['existing-application']);
  expect(shop.unexpected).toEqual([]);
});
