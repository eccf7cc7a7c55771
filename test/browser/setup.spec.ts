import type { Page } from '@playwright/test';

import { defaultSettings, prometheusSettings } from '../../workbench/server/settings';
import { seriousFindings } from './support/axe';
import { exposures } from './support/exposure';
import { expect, focusByTab, pictureFile, test } from './support/fixtures';
import { startStranger, type Stranger } from './support/stranger';

/** Failed requests are what some of these tests are about; the browser tells of each. */
test.use({ tolerated: [/Failed to load resource/] });

const silent = 'http://127.0.0.1:1';
let stranger: Stranger;

test.beforeAll(async () => {
  stranger = await startStranger({
    exposure: exposures['OpenTelemetry names'],
    datasources: (url) => [
      prometheusSettings('theirs', 'Prometheus', url),
      { ...defaultSettings(url), name: 'Ours' },
      { ...defaultSettings(url), uid: 'fixed', name: 'Provisioned', readOnly: true, isDefault: false },
      { ...defaultSettings(silent), uid: 'silent', name: 'Silent', isDefault: false },
    ],
  });
});

test.afterAll(() => stranger.stop());

async function openSetup(page: Page, uid = 'flaglens', more = ''): Promise<void> {
  await page.goto(`${stranger.workbench}/a/flaglens-app/setup?datasource=${uid}${more}`);
}

const accept = (page: Page) => page.getByRole('button', { name: 'Accept and save' });
const values = (page: Page) => page.getByRole('region', { name: 'What it yields' }).getByRole('table');

async function settled(page: Page): Promise<void> {
  await expect(values(page).getByRole('row').nth(1)).toContainText(/\d/);
  await expect(page.getByText(/\d+ pass/)).toBeVisible();
}

for (const [theme, width] of [
  ['dark', 1400],
  ['light', 1400],
  ['dark', 480],
  ['light', 480],
] as const) {
  test(`Setup fits and is accessible, ${theme}, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openSetup(page, 'flaglens', `&theme=${theme}`);
    await settled(page);
    await page.screenshot({ path: pictureFile(`setup-${theme}-${width}`), fullPage: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, 'the page does not scroll sideways').toBeLessThanOrEqual(0);
    expect(await seriousFindings(page, 'main')).toEqual([]);
  });
}

test('a choice shows what it yields before anything is saved, as the backend has it', async ({ page }) => {
  await openSetup(page);
  await settled(page);
  await expect(values(page)).toContainText('Throughput');
  const answered = page.waitForResponse((response) => response.url().endsWith('/resources/preview'));
  // Grafana draws its own box over the one of the browser.
  await page.getByText('Throughput', { exact: true }).first().click();
  const { rows } = (await (await answered).json()) as { rows: Array<{ signal: string; text?: string }> };
  await expect(values(page)).not.toContainText('Throughput');
  for (const { text } of rows) {
    await expect(values(page)).toContainText(text ?? '');
  }
  const stored = await fetch(`${stranger.workbench}/api/datasources/uid/flaglens`);
  expect(((await stored.json()) as { jsonData: object }).jsonData).toEqual({});
});

test('who changed it meanwhile is told, and the choice is saved on top of their version', async ({ page }) => {
  await openSetup(page);
  await settled(page);
  const address = `${stranger.workbench}/api/datasources/uid/flaglens`;
  const put = (body: object) =>
    fetch(address, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  expect((await put({ jsonData: { queryTimeout: '20s' } })).status).toBe(200);
  await accept(page).click();
  await expect(page.getByText('Somebody else changed this data source')).toBeVisible();
  await page.getByRole('button', { name: 'Read their version, keep my choice' }).click();
  await accept(page).click();
  await expect(page.getByText('Saved in Ours')).toBeVisible();
  const { jsonData } = (await (await fetch(address)).json()) as {
    jsonData: { queryTimeout?: string; signals?: object[] };
  };
  expect(jsonData.queryTimeout).toBe('20s');
  expect(jsonData.signals?.length).toBeGreaterThan(0);
  await put({ jsonData: {} });
});

test('Setup is walked by the keyboard alone', async ({ page }) => {
  await openSetup(page);
  await settled(page);
  await focusByTab(page, accept(page));
  await page.keyboard.press('Enter');
  const verdict = page.getByRole('link', { name: /See the first verdict/ });
  await expect(verdict).toBeVisible();
  await focusByTab(page, verdict);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/d\/flaglens-feature\?.*var-flag=checkout-v2/);
});

test('a provisioned datasource is not saved: its file is offered', async ({ page }) => {
  await openSetup(page, 'fixed');
  await settled(page);
  await expect(accept(page)).toHaveCount(0);
  await expect(page.getByText(/This data source is provisioned/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Provisioning file' })).toHaveValue(/feature_flag_result_variant/);
});

test('those who may not set up are told who can, and nothing is asked for them', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openSetup(page, 'flaglens', '&role=Editor');
  await expect(page.getByText(/An administrator of this organization can/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'See the verdicts' })).toBeVisible();
  await expect(accept(page)).toHaveCount(0);
  expect(asked.filter((url) => url.includes('/resources/'))).toEqual([]);
});

test('while Prometheus is asked the page says so, and shows the rest', async ({ page }) => {
  const held: Array<() => void> = [];
  await page.route('**/resources/detect', async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  await openSetup(page);
  await expect(page.getByText('Looking at flags, variants and metrics')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Ours' })).toBeVisible();
  held.forEach((release) => release());
  await settled(page);
});

test('a Prometheus that does not answer is said, with where to look, and can be asked again', async ({ page }) => {
  await openSetup(page, 'silent');
  await expect(page.getByText(/What Silent has could not be loaded/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'settings of Silent' })).toHaveAttribute(
    'href',
    '/connections/datasources/edit/silent'
  );
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.screenshot({ path: pictureFile('setup-failing') });
});

test('a Prometheus without anything is no failure: it is said what is missing', async ({ page }) => {
  const empty = await startStranger({});
  try {
    await page.goto(`${empty.workbench}/a/flaglens-app/setup`);
    await page.screenshot({ path: pictureFile('setup-first') });
    await page.getByRole('button', { name: 'Use this Prometheus: Prometheus' }).click();
    await expect(page.getByText('Nothing was found that tells variants apart.')).toBeVisible();
    await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
    await page.screenshot({ path: pictureFile('setup-empty') });
  } finally {
    await empty.stop();
  }
});
