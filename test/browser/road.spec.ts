import type { Locator, Page } from '@playwright/test';

import { exposures } from './support/exposure';
import { expect, pictureFile, test } from './support/fixtures';
import { startStranger } from './support/stranger';

/** So many clicks at most lie between a Prometheus that nobody prepared and the first verdict. */
const clicksAtMost = 8;

async function expectNothingRed(page: Page): Promise<void> {
  await expect(page.getByTestId(/data-testid Alert error/)).toHaveCount(0);
  await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
}

for (const [name, exposure] of Object.entries(exposures)) {
  test(`from an own Prometheus to the first verdict: ${name}`, async ({ page }) => {
    const stranger = await startStranger({ exposure });
    try {
      let clicks = 0;
      const click = async (target: Locator) => {
        await target.click();
        clicks++;
      };
      // The host has no datasource of Flaglens, so it begins at the app.
      await page.goto(stranger.workbench);
      await click(page.getByRole('link', { name: 'Open Setup' }));
      await click(page.getByRole('button', { name: 'Use this Prometheus: Prometheus' }));
      const table = page.getByRole('region', { name: 'What it yields' }).getByRole('table');
      await expect(table.getByRole('row').nth(1)).toContainText(/\d/);
      await expectNothingRed(page);
      await page.screenshot({ path: pictureFile(`setup-found-${name.replaceAll(' ', '-')}`), fullPage: true });
      await click(page.getByRole('button', { name: 'Accept and save' }));
      await click(page.getByRole('link', { name: /See the first verdict/ }));
      const panel = page.getByTestId('flaglens-panel').first();
      await expect(panel).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
      // The feature was made slower.
      await expect(panel).toContainText(/Regressed|Slower/);
      await expect(panel).toContainText(/latency/i);
      await expectNothingRed(page);
      await page.screenshot({ path: pictureFile(`first-verdict-${name.replaceAll(' ', '-')}`) });
      expect(clicks).toBeLessThanOrEqual(clicksAtMost);
    } finally {
      await stranger.stop();
    }
  });
}

test('a Prometheus that this Grafana does not have is connected by its URL, and nothing else is typed', async ({
  page,
}) => {
  const stranger = await startStranger({ exposure: exposures['OpenTelemetry names'], datasources: () => [] });
  try {
    await page.goto(`${stranger.workbench}/a/flaglens-app/setup`);
    await page.getByRole('textbox', { name: 'URL of your Prometheus' }).fill(stranger.prometheus);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Accept and save' }).click();
    await expect(page.getByRole('link', { name: 'See the first verdict: checkout-v2' })).toBeVisible();
    await expectNothingRed(page);
  } finally {
    await stranger.stop();
  }
});
