import type { Locator } from '@playwright/test';

import { comparison, endedRange, expect, parseShown, readCell, test } from './support/fixtures';
import { byHand, instantQuery, scalar } from './support/prometheus';
import { askVerdicts } from './support/verdicts';

const minute = 60_000;

interface Case {
  flag: string;
  baseline: string;
  feature: string;
}

const cases: Case[] = [
  { flag: 'checkout-v2', baseline: 'off', feature: 'on' },
  { flag: 'search-ranking', baseline: 'control', feature: 'new-ranking' },
];

const statistics = [
  { signal: 'latency', stat: 'p50', query: (flag: string, v: string, w: string) => byHand.quantile(0.5, flag, v, w) },
  { signal: 'latency', stat: 'p95', query: (flag: string, v: string, w: string) => byHand.quantile(0.95, flag, v, w) },
  { signal: 'latency', stat: 'p99', query: (flag: string, v: string, w: string) => byHand.quantile(0.99, flag, v, w) },
  { signal: 'latency', stat: 'mean', query: byHand.mean },
  { signal: 'errors', stat: 'ratio', query: byHand.errors },
  { signal: 'throughput', stat: 'rate', query: byHand.throughput },
];

/** A minute of data has to be there before a range of a minute can be filled. */
test.beforeAll(async () => {
  await expect
    .poll(
      async () =>
        (await instantQuery('count_over_time(up{job="shop"}[2m])', Date.now())).map(({ value }) => value >= 16),
      {
        timeout: 120_000,
        intervals: [2000],
      }
    )
    .toEqual([true, true]);
});

test.describe.configure({ timeout: 150_000 });

/** A spot over the lines where no exemplar's mark lies, which would show its own card. */
async function freeSpot(track: Locator): Promise<{ x: number; y: number }> {
  const spot = await track.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const spots = [0.6, 0.5, 0.7, 0.4].flatMap((across) =>
      [0.4, 0.3, 0.5, 0.2, 0.6].map((down) => ({ x: left + width * across, y: top + height * down }))
    );
    return spots.find(({ x, y }) => !document.elementFromPoint(x, y)?.closest('[data-testid="flaglens-exemplar"]'));
  });
  if (!spot) {
    throw new Error('marks of exemplars lie on every spot that was tried');
  }
  return spot;
}

for (const { flag, baseline, feature } of cases) {
  test(`the table of ${flag} says what Prometheus says`, async ({ page, open }) => {
    const { from, to } = endedRange(minute);
    await open(`/d/flaglens-feature?var-flag=${flag}&from=${from}&to=${to}&refresh=`);
    const panel = await comparison(page);
    const verdicts = await askVerdicts(flag, { from, to });
    expect(verdicts.map(({ signal, stat }) => `${signal} ${stat}`).sort()).toEqual(['errors ratio', 'latency over']);
    const ofRange = statistics.filter(
      ({ signal, stat }) => !verdicts.some((v) => v.signal === signal && v.stat === stat)
    );
    // The row of a judged signal speaks of what was judged, the whole rollout; the others of the range.
    for (const { signal, stat, ...source } of [...verdicts, ...ofRange]) {
      const judged = 'query' in source ? undefined : source;
      const expected =
        'query' in source
          ? {
              baseline: await scalar(source.query(flag, baseline, '60s'), to),
              feature: await scalar(source.query(flag, feature, '60s'), to),
            }
          : source;
      for (const column of ['baseline', 'feature'] as const) {
        const { exact, text } = await readCell(panel, 'table', column, signal, stat);
        const what = `${signal} ${stat} of ${column}`;
        expect(Math.abs(exact - expected[column]), `${what}: ${exact} against ${expected[column]}`).toBeLessThanOrEqual(
          1e-9 * expected[column]
        );
        const { value, halfDigit } = parseShown(text === '0' ? '0 %' : text);
        expect(
          Math.abs(value - expected[column]),
          `${what}: "${text}" against ${expected[column]}`
        ).toBeLessThanOrEqual(halfDigit * 1.001);
      }
      const { exact: difference } = await readCell(panel, 'table', 'difference', signal, stat);
      expect(difference).toBeCloseTo(judged?.difference ?? expected.feature - expected.baseline, 9);
    }
  });

  test(`the tooltip over ${flag} says what Prometheus says at that time`, async ({ page, open }) => {
    const { from, to } = endedRange(minute);
    await open(`/d/flaglens-feature?var-flag=${flag}&from=${from}&to=${to}&refresh=`);
    const panel = await comparison(page);
    // The main track is that of the verdict's signal, whichever that is now: latency is pinned there.
    await panel.getByTestId('flaglens-table').getByRole('button', { name: 'latency', exact: true }).first().click();
    await expect(panel.getByTestId('flaglens-main-title')).toHaveText(/^latency/i);
    const track = panel.getByTestId('flaglens-track-main');
    const { x, y } = await freeSpot(track);
    await page.mouse.move(x, y);
    const tooltip = panel.getByTestId('flaglens-tooltip');
    await expect(tooltip).toBeVisible();
    const at = Number(await tooltip.getAttribute('data-time'));
    expect(at).toBeGreaterThan(from);
    expect(at).toBeLessThanOrEqual(to);
    for (const { signal, stat, query } of statistics.filter(({ stat: name }) => name.startsWith('p'))) {
      for (const [column, variant] of [
        ['baseline', baseline],
        ['feature', feature],
      ] as const) {
        const { exact, text } = await readCell(tooltip, 'tooltip', column, signal, stat);
        const expected = await scalar(query(flag, variant, '20s'), at);
        const what = `${signal} ${stat} of ${variant} at ${at}`;
        expect(Math.abs(exact - expected), `${what}: ${exact} against ${expected}`).toBeLessThanOrEqual(
          1e-9 * expected
        );
        const { value, halfDigit } = parseShown(text);
        expect(Math.abs(value - expected), `${what}: "${text}" against ${expected}`).toBeLessThanOrEqual(
          halfDigit * 1.001
        );
      }
    }
  });
}
