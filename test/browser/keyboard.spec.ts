import { comparison, endedRange, expect, focusByTab, test } from './support/fixtures';

const step = 5000;

test.beforeEach(async ({ open }) => {
  const { from, to } = endedRange(120_000);
  await open(`/d/flaglens-feature?var-flag=checkout-v2&from=${from}&to=${to}&refresh=`);
});

test('the crosshair is reached by Tab and moved by the arrow keys', async ({ page }) => {
  const panel = await comparison(page);
  const crosshair = panel.getByTestId('flaglens-crosshair');
  await focusByTab(page, crosshair);
  const tooltip = panel.getByTestId('flaglens-tooltip');
  const time = async () => Number(await tooltip.getAttribute('data-time'));
  await page.keyboard.press('End');
  await expect(tooltip).toBeVisible();
  const end = await time();
  for (const [key, distance] of [
    ['ArrowLeft', 1],
    ['ArrowLeft', 2],
    ['ArrowRight', 1],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(time).toBe(end - distance * step);
  }
  await page.keyboard.press('Home');
  await expect.poll(time).toBeLessThan(end - 2 * step);
  const start = await time();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(time).toBe(Math.min(start + 10 * step, end));
  await page.keyboard.press('Escape');
  await expect(tooltip).toHaveCount(0);
});

test('what stands under the crosshair is spoken', async ({ page }) => {
  const panel = await comparison(page);
  const crosshair = panel.getByTestId('flaglens-crosshair');
  await focusByTab(page, crosshair);
  await page.keyboard.press('End');
  await expect(crosshair).toHaveAttribute('aria-valuetext', /\d/);
  const last = await crosshair.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowLeft');
  await expect(crosshair).not.toHaveAttribute('aria-valuetext', last ?? '');
});

test('one crosshair stands in all tracks', async ({ page }) => {
  const panel = await comparison(page);
  const crosshair = panel.getByTestId('flaglens-crosshair');
  await crosshair.focus();
  await page.keyboard.press('End');
  const tooltip = panel.getByTestId('flaglens-tooltip');
  await expect(tooltip).toHaveCount(1);
  for (const signal of ['latency', 'errors']) {
    await expect(tooltip.locator(`[data-signal="${signal}"]`).first()).toBeVisible();
  }
  const box = await crosshair.boundingBox();
  const tracks = panel.getByTestId(/^flaglens-track-/);
  expect(await tracks.count()).toBeGreaterThanOrEqual(3);
  for (const track of await tracks.all()) {
    const { y = NaN, height = NaN } = (await track.boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual((box?.y ?? NaN) - 1);
    expect(y + height).toBeLessThanOrEqual((box?.y ?? NaN) + (box?.height ?? NaN) + 1);
  }
});

test('t hides the table and shows it again', async ({ page }) => {
  const panel = await comparison(page);
  await focusByTab(page, panel.getByTestId('flaglens-crosshair'));
  await page.keyboard.press('t');
  await expect(panel.getByTestId('flaglens-table')).toHaveCount(0);
  await page.keyboard.press('t');
  await expect(panel.getByTestId('flaglens-table')).toBeVisible();
});
