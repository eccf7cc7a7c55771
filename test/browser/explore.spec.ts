import type { Page } from '@playwright/test';

import { comparison, expect, test } from './support/fixtures';

/** Opens the menu of the first panel, which shows itself under the mouse. */
async function openMenu(page: Page): Promise<void> {
  const panel = page.getByTestId('panel-1');
  await panel.hover({ position: { x: 200, y: 15 } });
  await panel.getByRole('button', { name: /^Menu for panel/ }).click();
}

test('a query is written with the editor, its PromQL shown, its answer drawn and listed', async ({ page, open }) => {
  await open('/explore');
  await expect(page.getByText('Choose a flag and a signal, then run the query.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Flag' }).click();
  await page.getByRole('option', { name: 'checkout-v2' }).click();
  await expect(page.getByRole('region', { name: 'Query' })).toContainText(
    'feature_flag_http_request_duration_seconds_bucket{feature_flag_key="checkout-v2"}'
  );
  await page.getByRole('button', { name: 'Run query' }).click();
  const panel = await comparison(page);
  await expect(panel.getByTestId('flaglens-header')).toContainText('checkout-v2');
  await expect(page).toHaveURL(/query=.*checkout-v2/);

  await page.getByRole('radio', { name: 'Table' }).click({ force: true });
  await expect(page.getByRole('region', { name: 'Answer' }).getByRole('table')).toContainText('Time');
  await page.getByRole('radio', { name: 'Time series' }).click({ force: true });
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('latency p95 · on');
});

test('an address with a query runs it at once', async ({ page, open }) => {
  const query = { queryType: 'compare', flag: 'search-ranking', signals: ['latency'] };
  await open(`/explore?query=${encodeURIComponent(JSON.stringify(query))}`);
  const panel = await comparison(page);
  await expect(panel.getByTestId('flaglens-header')).toContainText('new-ranking');
});

test('a panel leads to its query', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=search-ranking');
  await comparison(page);
  await openMenu(page);
  await page.getByRole('menuitem', { name: 'Explore' }).click();
  await expect(page).toHaveURL(/\/explore\?query=.*search-ranking/);
  await comparison(page);
});

test('a panel shows its data as a table', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2');
  await comparison(page);
  await openMenu(page);
  await page.getByRole('menuitem', { name: 'Show the data' }).click();
  await expect(page.getByRole('table', { name: 'Data of this panel' })).toContainText('Time');
});
