import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';

import { complaints } from './complaints';

const screenshots = path.resolve(import.meta.dirname, '../browser/output/grafana');

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

for (const theme of ['dark', 'light']) {
  test(`the provisioned dashboard draws the comparison (${theme})`, async ({ page }) => {
    const found = complaints(page);
    await page.goto(`/d/flaglens-feature?theme=${theme}&var-flag=checkout-v2&from=now-5m&to=now`);
    const table = page.getByTestId('flaglens-table');
    await expect(table.getByTestId('flaglens-table-row').first()).toBeVisible();
    const p95 = page.locator('[data-testid="flaglens-table-feature"][data-signal="latency"][data-stat="p95"]').first();
    await expect(p95).not.toHaveAttribute('data-value', '');
    await expect(page.getByTestId('flaglens-panel').locator('canvas').first()).toBeVisible();
    await shoot(page, `feature-${theme}`);
    expect(found).toEqual([]);
  });
}

test('core panels draw the existing application', async ({ page }) => {
  await page.goto('/d/flaglens-existing-application?var-flag=search-ranking&from=now-5m&to=now');
  await expect(page.getByText('Latency p95', { exact: true })).toBeVisible();
  await expect(page.locator('.uplot').first()).toBeVisible();
  await expect(page.getByText('No data')).toHaveCount(0);
  await shoot(page, 'existing-application');
});

test('the flag variable lists the flags', async ({ page }) => {
  await page.goto('/d/flaglens-feature?from=now-5m&to=now');
  // Newer versions have several elements of one test id in a variable; its label leads to the one that opens the list.
  await page.getByLabel('Flag', { exact: true }).first().click();
  await expect(page.getByText('search-ranking').first()).toBeVisible();
  await expect(page.getByText('recommendations').first()).toBeVisible();
  await shoot(page, 'variable');
});

test('the config editor loads', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/connections/datasources/edit/flaglens');
  await expect(page.getByText(/scrape interval/i).first()).toBeVisible();
  await shoot(page, 'config-editor');
  expect(found).toEqual([]);
});

test('the query editor loads in Explore and shows the PromQL that will run', async ({ page }) => {
  const found = complaints(page);
  const pane = {
    datasource: 'flaglens',
    queries: [
      {
        refId: 'A',
        datasource: { type: 'flaglens-datasource', uid: 'flaglens' },
        queryType: 'compare',
        flag: 'checkout-v2',
        signals: ['latency'],
      },
    ],
    range: { from: 'now-5m', to: 'now' },
  };
  const panes = encodeURIComponent(JSON.stringify({ one: pane }));
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${panes}`);
  await page.getByRole('button', { name: 'PromQL' }).click();
  await expect(page.getByText(/sum by \(feature_flag_variant/).first()).toBeVisible();
  await expect(page.locator('.uplot').first()).toBeVisible();
  await shoot(page, 'explore');
  expect(found).toEqual([]);
});

test('Setup shows what the provisioned datasource has, and its checks', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/a/flaglens-app/setup?datasource=flaglens');
  await expect(page.getByRole('heading', { name: 'What was found' })).toBeVisible();
  await expect(page.getByText(/\d+ pass/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'What it yields' }).getByRole('table')).toContainText(/\d/);
  await shoot(page, 'setup');
  expect(found).toEqual([]);
});

test('the app page opens', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/a/flaglens-app');
  await expect(page.getByRole('link', { name: /feature/i }).first()).toBeVisible();
  await shoot(page, 'app');
  expect(found).toEqual([]);
});
