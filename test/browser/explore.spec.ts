import type { Page } from '@playwright/test';

import { comparison, expect, pictureFile, test } from './support/fixtures';

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
  await page.getByRole('button', { name: 'PromQL' }).click();
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
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer).toContainText('on latency p95');
  // Of all stats, differences and ratios the essential is drawn.
  await expect(answer.getByRole('listitem')).toHaveText([
    'off latency p95',
    'on latency p95',
    'off errors',
    'on errors',
  ]);
  await page.screenshot({ path: pictureFile('explore-essential') });
});

for (const theme of ['dark', 'light']) {
  for (const width of [1400, 700, 390]) {
    test(`the editor is compact and opens (${theme}, ${width} wide)`, async ({ page, open }) => {
      await page.setViewportSize({ width, height: 900 });
      const query = { queryType: 'verdict', flag: 'checkout-v2', signals: ['latency', 'errors'], detail: 'essential' };
      await open(`/explore?theme=${theme}&query=${encodeURIComponent(JSON.stringify(query))}`);
      const editor = page.getByRole('region', { name: 'Query' });
      await expect(editor.getByRole('button', { name: 'Options' })).toBeVisible();
      await expect(editor).toContainText('Detail: Essential');
      const folded = (await editor.boundingBox())?.height ?? 0;
      await page.screenshot({ path: pictureFile(`editor-folded-${theme}-${width}`) });
      await editor.getByRole('button', { name: 'Options' }).click();
      await expect(editor.getByRole('combobox', { name: 'Since' })).toBeVisible();
      await expect(editor.getByText('Margin of Errors')).toBeVisible();
      await page.screenshot({ path: pictureFile(`editor-open-${theme}-${width}`) });
      expect((await editor.boundingBox())?.height ?? 0).toBeGreaterThan(folded);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }
}

test('a comparison becomes a distribution of what has one, and an empty answer has its words in each panel', async ({
  page,
  open,
}) => {
  const query = { queryType: 'compare', flag: 'checkout-v2', signals: ['latency', 'errors', 'throughput'] };
  await open(`/explore?query=${encodeURIComponent(JSON.stringify(query))}`);
  await comparison(page);
  await page.getByRole('combobox', { name: 'Query type' }).click();
  await page.getByRole('option', { name: /^Distribution/ }).click();
  await expect(page.getByRole('region', { name: 'Query' })).not.toContainText('Errors');
  await page.getByRole('button', { name: 'Run query' }).click();
  await page.getByRole('radio', { name: 'Heatmap' }).click({ force: true });
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('checkout-v2 · on');

  const nothing = { ...query, queryType: 'distribution', flag: 'nobody-knows', signals: ['latency'] };
  await open(`/explore?query=${encodeURIComponent(JSON.stringify(nothing))}`);
  for (const view of ['Comparison', 'Heatmap', 'Time series', 'Table']) {
    await page.getByRole('radio', { name: view }).click({ force: true });
    await expect(page.getByText(/nobody-knows" has no series/).first()).toBeVisible();
  }
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
