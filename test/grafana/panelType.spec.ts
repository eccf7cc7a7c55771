import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';

import { expectReadable, recordTexts } from '../support/drawing';

const uid = 'flaglens-test-panel-type';
const datasource = { type: 'flaglens-datasource', uid: 'flaglens' };

/** A time series as Grafana's editor adds it: with a threshold at 80, which it does not draw. */
const timeseries = {
  id: 1,
  type: 'timeseries',
  title: 'Changed',
  gridPos: { x: 0, y: 0, w: 24, h: 16 },
  datasource,
  targets: [
    {
      refId: 'A',
      datasource,
      queryType: 'compare',
      flag: 'checkout-v2',
      signals: ['latency', 'errors', 'throughput'],
    },
  ],
  fieldConfig: {
    defaults: {
      color: { mode: 'palette-classic' },
      thresholds: {
        mode: 'absolute',
        steps: [
          { color: 'green', value: null },
          { color: 'red', value: 80 },
        ],
      },
      custom: { drawStyle: 'line' },
    },
    overrides: [],
  },
};

/** Changes the type of the panel in the editor. */
async function changeType(page: Page, name: string): Promise<void> {
  const item = page
    .getByTestId(`data-testid Plugin visualization item ${name}`)
    .or(page.getByLabel(`Plugin visualization item ${name}`, { exact: true }))
    .first();
  // Newer versions begin with suggestions.
  const all = page.getByRole('tab', { name: /visualizations$/i }).first();
  await page.getByTestId('data-testid toggle-viz-picker').first().click();
  await expect(item.or(all).first()).toBeVisible();
  if (!(await item.isVisible())) {
    await all.click();
  }
  await item.click();
}

test.afterEach(async ({ request }) => {
  await request.delete(`/api/dashboards/uid/${uid}`);
});

test('a panel that was a time series has no threshold of it, also where the type is changed again', async ({
  page,
  request,
}) => {
  const dashboard = { uid, title: 'Change of type', schemaVersion: 41, panels: [timeseries] };
  const stored = await request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  expect(stored.status(), await stored.text()).toBe(200);
  const texts = await recordTexts(page);
  await page.goto(`/d/${uid}?editPanel=1&theme=dark&from=now-5m&to=now`);
  await expect(page.locator('.uplot').first()).toBeVisible();
  // The second time the plugin is there already, and Grafana draws the panel at once.
  for (const turn of ['first', 'second']) {
    await changeType(page, 'Flaglens comparison');
    const panel = page.getByTestId('flaglens-panel');
    await expect(panel.getByTestId('flaglens-table-baseline').first()).toHaveAttribute('data-value', /\d/);
    await expectReadable(panel, 'dark');
    expect((await texts()).filter((text) => text.startsWith('threshold'))).toEqual([]);
    await page.screenshot({
      path: path.resolve(import.meta.dirname, `../browser/output/grafana/panel-type-${turn}.png`),
    });
    await changeType(page, 'Time series');
    await expect(panel).toHaveCount(0);
  }
});
