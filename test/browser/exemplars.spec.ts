import type { Page } from '@playwright/test';
import { comparison, expect, focusByTab, pictureFile, test } from './support/fixtures';

interface Trace {
  traceID: string;
  processes: Record<string, { serviceName: string }>;
}

const recent = '/d/flaglens-feature?var-flag=checkout-v2&from=now-5m&to=now';

/** The marks of the traces in the panel, once there are some. */
async function marksOf(page: Page) {
  const marks = (await comparison(page)).getByTestId('flaglens-exemplar');
  await expect(marks.first()).toBeVisible();
  return marks;
}

/** What the tab that was opened holds: the trace, as Jaeger answers. */
async function readTrace(tab: Page): Promise<Trace> {
  await tab.waitForLoadState();
  const { data } = JSON.parse(await tab.locator('body').innerText()) as { data: [Trace] };
  expect(data).toHaveLength(1);
  return data[0];
}

test.beforeEach(({ open }) => open(recent));

test('a mark opens its trace in Jaeger, whole', async ({ page, context }) => {
  const marks = await marksOf(page);
  // Refreshes may move a mark away; the tab that opens names the trace that was clicked.
  const [tab] = await Promise.all([context.waitForEvent('page'), marks.last().click({ force: true })]);
  const trace = await readTrace(tab);
  expect(tab.url()).toContain(trace.traceID);
  expect(Object.values(trace.processes).map(({ serviceName }) => serviceName)).toContain('shop');
});

test('keys reach the marks, say whose request it was, and open its trace', async ({ page, context }) => {
  const marks = await marksOf(page);
  await focusByTab(page, marks.first());
  await expect(page.getByTestId('flaglens-exemplar-card')).toBeVisible();
  await page.screenshot({ path: pictureFile('exemplar') });
  await page.keyboard.press('End');
  const focused = page.locator('[data-testid="flaglens-exemplar"]:focus');
  await expect(focused).toHaveAccessibleName(/^(baseline off|feature on), [\d.]+ m?s at .*\. View trace [0-9a-f]{32}$/);
  const [tab] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
  const trace = await readTrace(tab);
  expect(tab.url()).toContain(trace.traceID);
});

test('both variants have marks', async ({ page }) => {
  const marks = await marksOf(page);
  for (const variant of ['off', 'on']) {
    await expect(marks.and(page.locator(`[data-variant="${variant}"]`)).first()).toBeVisible();
  }
});
