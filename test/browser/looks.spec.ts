import type { Page } from '@playwright/test';
import { comparison, expect, pictureFile, test } from './support/fixtures';

const panel = (page: Page) => page.getByTestId('flaglens-panel').first();
const legend = (page: Page) => page.getByText('latency p95 · off').first();
const demoControls = (page: Page) => page.frameLocator('iframe[title="Controls of the demo"]');

/** Each page with its address and what it shows once it is drawn. */
const pages = [
  ['feature', '/d/flaglens-feature?var-flag=checkout-v2', panel],
  ['existing-application', '/d/flaglens-existing-application?var-flag=checkout-v2', legend],
  [
    'explore',
    `/explore?query=${encodeURIComponent('{"queryType":"compare","flag":"checkout-v2","signals":["latency","errors"]}')}`,
    panel,
  ],
  ['datasource', '/datasource', (page: Page) => page.getByRole('textbox', { name: /connection URL/ })],
  ['demo', '/demo', (page: Page) => demoControls(page).getByRole('slider').first()],
] as const;

const sizes = [
  ['wide', 1440, 1200],
  ['narrow', 420, 900],
] as const;

for (const theme of ['dark', 'light']) {
  for (const [size, width, height] of sizes) {
    for (const [name, address, drawn] of pages) {
      test(`${name} in the ${theme} theme, ${size}`, async ({ page, open }) => {
        await page.setViewportSize({ width, height });
        await open(`${address}${address.includes('?') ? '&' : '?'}theme=${theme}`);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        // Not the silence of the network: a page that is drawn may poll.
        await expect(drawn(page)).toBeVisible();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        await expect(page.getByText('This panel failed')).toHaveCount(0);
        // Nothing sticks out sideways.
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await page.screenshot({ path: pictureFile(`${name}-${theme}-${size}`), fullPage: true });
      });
    }
  }
}

for (const width of [1440, 1300, 1100, 800, 420]) {
  test(`the header of the distribution is cut off nowhere at a width of ${width}`, async ({ page, open }) => {
    await page.setViewportSize({ width, height: 1200 });
    await open('/d/flaglens-feature?var-flag=search-ranking');
    const header = page.getByTestId('flaglens-header').last();
    await expect(header).toContainText(/Regressed|Within margin|Inconclusive/i);
    const hidden = await header.evaluate((element) => {
      const { bottom } = element.getBoundingClientRect();
      return [...element.children]
        .filter((child) => child.getBoundingClientRect().bottom > bottom + 1)
        .map(({ textContent }) => textContent);
    });
    expect(hidden).toEqual([]);
    await header.screenshot({ path: pictureFile(`distribution-header-${width}`) });
  });
}

test('the last time below the tracks is written whole', async ({ page, open }) => {
  // A range that ends on a mark of the axis, of so short a time that the marks have seconds.
  const to = Math.floor((Date.now() - 10_000) / 10_000) * 10_000;
  await open(`/d/flaglens-feature?var-flag=checkout-v2&from=${to - 60_000}&to=${to}&refresh=`);
  const axes = (await comparison(page)).locator('canvas');
  await expect(axes.last()).toBeVisible();
  await page.screenshot({ path: pictureFile('short-range') });
  // How many pixels of each column of the lower right corner have ink, from the edge inwards.
  const inkOfColumns = () =>
    axes.last().evaluate((canvas: HTMLCanvasElement) => {
      const height = Math.round(20 * devicePixelRatio);
      const width = Math.round(60 * devicePixelRatio);
      // The browser warns of a canvas that is both drawn fast and read.
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(canvas, width - canvas.width, height - canvas.height);
      const { data } = copy?.getImageData(0, 0, width, height) ?? { data: [] };
      return Array.from({ length: width }, (_, fromEdge) =>
        Array.from({ length: height }, (_, y) => data[4 * (y * width + width - 1 - fromEdge) + 3] ?? 0).reduce(
          (ink, alpha) => ink + (alpha > 0 ? 1 : 0),
          0
        )
      );
    });
  await expect.poll(async () => (await inkOfColumns()).some((ink) => ink > 0)).toBe(true);
  expect((await inkOfColumns())[0]).toBe(0);
});

test('the theme is switched and stays switched', async ({ page, open }) => {
  await open('/d/flaglens-feature?theme=dark');
  await comparison(page);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  await expect.poll(background).not.toBe(dark);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Use the dark theme' })).toBeVisible();
});

test('the demo is controlled from its page', async ({ page, open }) => {
  await open('/demo');
  const controls = demoControls(page);
  await expect(controls.getByRole('slider').first()).toBeVisible();
  await expect(controls.getByRole('switch').first()).toBeVisible();
});
