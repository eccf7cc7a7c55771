import path from 'node:path';
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';

import { complaints } from './complaints';

const datasource = { type: 'flaglens-datasource', uid: 'flaglens' };
const compared = { queryType: 'compare', flag: 'checkout-v2', signals: ['latency', 'errors', 'throughput'] };
const look = { legend: 'short', detail: 'essential' };
const uid = 'flaglens-test-core-panels';

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.resolve(import.meta.dirname, `../browser/output/grafana/${name}.png`) });
}

async function explore(page: Page, ...queries: object[]): Promise<void> {
  const targets = queries.map((query, index) => ({ refId: 'ABC'[index], datasource, ...query }));
  const pane = { datasource: 'flaglens', queries: targets, range: { from: 'now-5m', to: 'now' } };
  const panes = encodeURIComponent(JSON.stringify({ one: pane }));
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${panes}`);
}

/** Stores a dashboard with a panel for each of types and queries, in two columns. */
async function dashboardOf(request: APIRequestContext, panels: Array<[type: string, query: object]>): Promise<void> {
  const dashboard = {
    uid,
    title: 'Core panels',
    schemaVersion: 41,
    time: { from: 'now-5m', to: 'now' },
    panels: panels.map(([type, query], index) => ({
      id: index + 1,
      type,
      title: `${type} ${String(index + 1)}`,
      gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
      datasource,
      targets: [{ refId: 'A', datasource, ...query }],
    })),
  };
  const stored = await request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  expect(stored.status(), await stored.text()).toBe(200);
}

test.afterAll(async ({ request }) => {
  await request.delete(`/api/dashboards/uid/${uid}`);
});

test('Explore draws a comparison with the panel, and its verdict in it', async ({ page }) => {
  const found = complaints(page);
  await explore(page, { ...compared, ...look }, { ...compared, queryType: 'verdict', signals: ['latency', 'errors'] });
  const panel = page.getByTestId('flaglens-panel');
  await expect(panel.getByTestId('flaglens-table-row').first()).toBeVisible();
  await expect(panel.getByTestId('flaglens-header')).toContainText('checkout-v2');
  await shoot(page, 'explore-comparison');
  expect(found).toEqual([]);
});

test('Explore names the numbers of an alert', async ({ page }) => {
  const found = complaints(page);
  await explore(page, { ...compared, signals: ['errors'], format: 'alert', roles: ['baseline', 'feature'], ...look });
  await expect(page.getByText('on errors').first()).toBeVisible();
  await expect(page.getByText('off errors').first()).toBeVisible();
  await shoot(page, 'explore-alert');
  expect(found).toEqual([]);
});

test('core panels draw our frames: lines in the colours of variants, a heatmap, stats, a table', async ({
  page,
  request,
}) => {
  const found = complaints(page);
  await dashboardOf(request, [
    ['timeseries', { ...compared, ...look }],
    ['heatmap', { queryType: 'distribution', flag: 'checkout-v2', signals: ['latency'], roles: ['feature'], ...look }],
    ['stat', { ...compared, ...look }],
    ['table', { queryType: 'verdict', flag: 'checkout-v2', signals: ['latency', 'errors'], ...look }],
    ['table', { queryType: 'flags', stats: ['verdict'], ...look }],
    ['table', { ...compared, format: 'table', ...look }],
  ]);
  for (const theme of ['dark', 'light']) {
    await page.setViewportSize({ width: 1440, height: 1300 });
    await page.goto(`/d/${uid}?theme=${theme}`);
    await expect(page.getByText('on latency p95').first()).toBeVisible();
    await expect(page.getByText('on latency p99')).toHaveCount(0);
    await expect(page.getByText('p95 difference')).toHaveCount(0);
    await expect(page.getByText('evidence_live')).toHaveCount(0);
    await expect(page.getByText('headline').first()).toBeVisible();
    await expect(page.locator('.uplot')).not.toHaveCount(0);
    await shoot(page, `core-panels-${theme}`);
  }
  expect(found).toEqual([]);
});

test('an empty answer of any type crashes no core panel', async ({ page, request }) => {
  const found = complaints(page);
  const nobody = { flag: 'nobody-knows', signals: ['latency'] };
  const empty: object[] = [
    { ...nobody, queryType: 'compare' },
    { ...nobody, queryType: 'compare', format: 'table' },
    { ...nobody, queryType: 'distribution' },
    { ...nobody, queryType: 'distribution', format: 'cdf' },
    { ...nobody, queryType: 'changes' },
  ];
  await dashboardOf(
    request,
    empty.flatMap((query): Array<[string, object]> => [
      ['heatmap', query],
      ['timeseries', query],
      ['table', query],
    ])
  );
  await page.setViewportSize({ width: 1440, height: 2600 });
  await page.goto(`/d/${uid}`);
  await expect(page.getByText('No data').first()).toBeVisible();
  await shoot(page, 'empty-answers');
  await expect(page.getByText(/unexpected error|An error occurred|Cannot read/i)).toHaveCount(0);
  // Grafana's heatmap says so itself, of the empty answer of any datasource.
  expect(found.filter((text) => !/^no (values|heatmap fields) found$/.test(text))).toEqual([]);
});

test('a new alert rule asks for the number that is right above 0', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/alerting/new/alerting');
  await expect(page.getByText('Stats: regressed').first()).toBeVisible();
  await expect(page.getByText('Alert condition', { exact: true }).first()).toBeVisible();
  await shoot(page, 'new-alert-rule');
  expect(found).toEqual([]);
});

test('the help has examples that run', async ({ page }) => {
  const found = complaints(page);
  await explore(page, { ...compared, ...look });
  await page
    .getByRole('button', { name: /data source help/i })
    .first()
    .click();
  await page.getByRole('button', { name: 'Use the example: When did the flag change?' }).click();
  await expect(page.getByText('Changes', { exact: true }).first()).toBeVisible();
  await shoot(page, 'help');
  expect(found).toEqual([]);
});
