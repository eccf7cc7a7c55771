import { expect, test } from '@playwright/test';
import { complaints, openFeature, shoot, tableValue } from './page';
import { PrometheusBehind } from './prometheus';

const metric = 'feature_flag_http_request_duration_seconds';

const flags = [
  { flag: 'checkout-v2', baseline: 'off', feature: 'on' },
  { flag: 'search-ranking', baseline: 'control', feature: 'new-ranking' },
];

// The demo has just been started: the ranges below must lie within what has been scraped.
test.beforeAll(async ({ request }) => {
  const prometheus = await PrometheusBehind.find(request);
  const scrapes = () => prometheus.value(`min(count_over_time(${metric}_count[40s]))`, Date.now() / 1000);
  await expect.poll(scrapes, { timeout: 80_000, intervals: [2000] }).toBeGreaterThanOrEqual(8);
});

/** A fixed range that has ended, so that the page and the direct question speak of the same samples. */
function endedRange(): { from: number; to: number; url: string } {
  const to = Math.floor(Date.now() / 5000) * 5 - 5;
  const from = to - 20;
  return { from, to, url: `&from=${from * 1000}&to=${to * 1000}` };
}

for (const { flag, baseline, feature } of flags) {
  test(`the table of ${flag} shows what Prometheus says`, async ({ page, request }) => {
    const found = complaints(page);
    const prometheus = await PrometheusBehind.find(request);
    const { to, from, url } = endedRange();
    const panel = await openFeature(page, flag, url);
    for (const [column, variant] of [
      ['baseline', baseline],
      ['feature', feature],
    ] as const) {
      const labels = `feature_flag_key="${flag}",feature_flag_variant="${variant}"`;
      const window = `${to - from}s`;
      const p95 = `histogram_quantile(0.95, sum by (le) (increase(${metric}_bucket{${labels}}[${window}])))`;
      const shown = await tableValue(panel, column, 'latency', 'p95');
      const want = await prometheus.value(p95, to);
      expect(Math.abs(shown - want) / want).toBeLessThan(1e-9);
      const rate = `sum(rate(${metric}_count{${labels}}[${window}]))`;
      const wantRate = await prometheus.value(rate, to);
      expect(Math.abs((await tableValue(panel, column, 'throughput', 'rate')) - wantRate) / wantRate).toBeLessThan(
        1e-9
      );
    }
    const difference = await tableValue(panel, 'difference', 'latency', 'p95');
    const arms = [
      await tableValue(panel, 'feature', 'latency', 'p95'),
      await tableValue(panel, 'baseline', 'latency', 'p95'),
    ];
    expect(difference).toBeCloseTo((arms[0] ?? NaN) - (arms[1] ?? NaN), 12);
    await shoot(page, `table-${flag}`);
    expect(found).toEqual([]);
  });
}

test('the tooltip shows what Prometheus says at its time', async ({ page, request }) => {
  const prometheus = await PrometheusBehind.find(request);
  const panel = await openFeature(page, 'checkout-v2', endedRange().url);
  const box = await panel.locator('.u-over').first().boundingBox();
  if (box === null) {
    throw new Error('the latency track has no box');
  }
  await page.mouse.move(box.x + box.width * 0.97, box.y + box.height / 2);
  const tooltip = page.getByTestId('flaglens-tooltip');
  await expect(tooltip).toBeVisible();
  const time = Number(await tooltip.getAttribute('data-time')) / 1000;
  const cell = tooltip.locator('[data-testid="flaglens-tooltip-feature"][data-signal="latency"][data-stat="p95"]');
  const shown = Number(await cell.getAttribute('data-value'));
  const labels = 'feature_flag_key="checkout-v2",feature_flag_variant="on"';
  const want = await prometheus.value(
    `histogram_quantile(0.95, sum by (le) (rate(${metric}_bucket{${labels}}[20s])))`,
    time
  );
  expect(Math.abs(shown - want) / want).toBeLessThan(1e-9);
  await shoot(page, 'tooltip');
});
