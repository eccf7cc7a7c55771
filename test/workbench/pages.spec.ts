import { expect, test } from '@playwright/test';
import { complaints, openFeature, shoot } from './page';

const sizes = [
  { name: 'wide', width: 1440, height: 1000 },
  { name: 'narrow', width: 420, height: 900 },
];

for (const theme of ['dark', 'light']) {
  for (const { name, width, height } of sizes) {
    test(`the dashboard of a feature, ${theme} and ${name}`, async ({ page }) => {
      const found = complaints(page);
      await page.setViewportSize({ width, height });
      await page.goto(`/d/flaglens-feature?var-flag=checkout-v2&theme=${theme}`);
      await expect(page.getByTestId('flaglens-panel').first().locator('canvas').first()).toBeVisible();
      await shoot(page, `feature-${theme}-${name}`);
      expect(found).toEqual([]);
    });
  }
}

test('the existing application is drawn without the feature', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/d/flaglens-existing-application?var-flag=checkout-v2');
  await expect(page.getByText('latency p95 · off').first()).toBeVisible();
  await expect(page.getByText(/· on\b/)).toHaveCount(0);
  await shoot(page, 'existing-application');
  expect(found).toEqual([]);
});

test('both variants of two flags are named', async ({ page }) => {
  for (const [flag, variants] of [
    ['checkout-v2', ['off', 'on']],
    ['search-ranking', ['control', 'new-ranking']],
  ] as const) {
    const panel = await openFeature(page, flag);
    for (const variant of variants) {
      await expect(panel.getByTestId('flaglens-header').getByText(variant, { exact: true }).first()).toBeVisible();
    }
  }
});

test('a flag that does not exist is explained, not drawn', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/d/flaglens-feature?var-flag=no-such-flag');
  await expect(page.getByText(/flag "no-such-flag" has no series in this range/).first()).toBeVisible();
  await expect(page.getByText(/Flags seen: checkout-v2, order-history, recommendations, search-ranking/).first()).toBeVisible();
  await shoot(page, 'no-such-flag');
  expect(found).toEqual([]);
});
