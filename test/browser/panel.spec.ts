import type { Locator, Page } from '@playwright/test';

import { changeVerdicts } from './support/answers';
import { seriousFindings } from './support/axe';
import { expect, focusByTab, pictureFile, test } from './support/fixtures';

const themes = ['dark', 'light'] as const;
const widths = [1400, 1300, 1190, 1100, 900, 800, 620, 500, 400, 320];
const panelOf = (page: Page) => page.getByTestId('flaglens-panel').first();
const pillOf = (panel: Locator) => panel.getByTestId('flaglens-pill').first();
const frame = '[data-testid="flaglens-panel"]';

/** A panel that has its answer, whatever that is. */
async function settled(panel: Locator): Promise<Locator> {
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  await expect(panel).not.toHaveAttribute('data-state', 'loading');
  return panel;
}

/** What is cut off or sticks out of an element, by its text. */
function cutOff(element: Locator): Promise<string[]> {
  return element.evaluate((root) => {
    const box = root.getBoundingClientRect();
    return [...root.querySelectorAll<HTMLElement>('*')].flatMap((part) => {
      const own = part.getBoundingClientRect();
      const text = part.textContent.trim();
      if (text === '' || own.width <= 1 || part.children.length > 0) {
        return [];
      }
      return own.right > box.right + 1 || own.left < box.left - 1 || part.scrollWidth > part.clientWidth + 1
        ? [text]
        : [];
    });
  });
}

for (const theme of themes) {
  test(`the pill keeps its number and is cut nowhere, and axe finds nothing serious, in the ${theme} theme`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width: 1400, height: 1100 });
    await open(`/d/flaglens-feature?var-flag=checkout-v2&refresh=&theme=${theme}`);
    const panel = await settled(panelOf(page));
    await expect(pillOf(panel)).toHaveAttribute('data-state', /./);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 1100 });
      await settled(panel);
      const pill = pillOf(panel);
      await expect.poll(() => pill.evaluate((element) => element.textContent)).toMatch(/\d/);
      expect(await cutOff(pill), `the pill at ${width}`).toEqual([]);
      await panel.screenshot({ path: pictureFile(`panel-${theme}-${width}`) });
      if ([1400, 900, 500, 320].includes(width)) {
        expect(await seriousFindings(page, frame), `at ${width}`).toEqual([]);
      }
    }
  });
}

test('long words leave the pill its number, and the header everything else', async ({ page, open }) => {
  const long = 'a signal with a name that goes on and on';
  await changeVerdicts(page, (row) => ({
    ...row,
    state: 'regressed',
    lead: 'Slower',
    detail: `${long}, 17% of requests take over 150 ms, 3.7% with a-baseline-of-a-long-name (+13.7 pp, +11.3 to +16.4; +0.9 tolerated)`,
    detail_short: `${long}, 17% of requests take over 150 ms, 3.7% with a-baseline-of-a-long-name (+13.7 pp, +11.3 to +16.4)`,
    detail_least: `${long} over 150 ms +13.7 pp`,
    difference_text: '+13.7 pp',
    tags: 'observational, not randomised',
  }));
  await open('/d/flaglens-feature?var-flag=search-ranking&refresh=');
  const distribution = page.getByTestId('flaglens-panel').last();
  for (const panel of [panelOf(page), distribution]) {
    await panel.scrollIntoViewIfNeeded();
    for (const width of [1400, 1100, 1000, 800, 600, 400, 320]) {
      await page.setViewportSize({ width, height: 1100 });
      await settled(panel);
      await expect(pillOf(panel)).toContainText('+13.7 pp');
      expect(await cutOff(pillOf(panel)), `the pill at ${width}`).toEqual([]);
      const header = panel.getByTestId('flaglens-header');
      await header.screenshot({
        path: pictureFile(`long-words-${panel === distribution ? 'distribution' : 'comparison'}-${width}`),
      });
      const hidden = await header.evaluate((element) => {
        const { bottom, right } = element.getBoundingClientRect();
        return [...element.children]
          .map((child) => ({ text: child.textContent, box: child.getBoundingClientRect() }))
          .filter(({ box }) => box.bottom > bottom + 1 || box.right > right + 1)
          .map(({ text }) => text);
      });
      expect(hidden, `the header at ${width}`).toEqual([]);
    }
  }
});

test('the track below the verdict is that of its signal', async ({ page, open }) => {
  await changeVerdicts(page, (row) =>
    row.signal === 'errors'
      ? { ...row, state: 'regressed', lead: 'Regressed', evidence: 5, detail: 'errors +0.20 pp (+0.08 to +0.32)' }
      : { ...row, state: 'within margin', evidence: 0 }
  );
  for (const width of [1400, 500, 366]) {
    await page.setViewportSize({ width, height: 1100 });
    await open('/d/flaglens-feature?var-flag=checkout-v2&refresh=');
    const panel = await settled(panelOf(page));
    await expect(pillOf(panel)).toHaveAttribute('data-signal', 'errors');
    await panel.screenshot({ path: pictureFile(`errors-regressed-${width}`) });
    // The first name in the block of tracks is the main track's.
    await expect(panel.getByTestId('flaglens-main-title')).toHaveText(/^errors$/i);
  }
  await page.setViewportSize({ width: 1400, height: 1100 });
  await expect(page.getByTestId('flaglens-panel').last().getByTestId('flaglens-overall')).toContainText('errors');
  await page
    .getByTestId('flaglens-panel')
    .last()
    .screenshot({ path: pictureFile('distribution-overall') });
});

const states: Array<[string, (row: Record<string, unknown>) => Record<string, unknown>]> = [
  ['withheld', (row) => ({ ...row, state: 'withheld', word: 'Withheld', lead: 'Withheld', share_state: 'mismatch' })],
  [
    'insufficient',
    (row) => ({
      ...row,
      state: 'insufficient data',
      word: 'Insufficient data',
      lead: 'Insufficient data',
      progress: 0.4,
    }),
  ],
];
for (const [name, change] of states) {
  test(`a verdict that is ${name} paints nothing as harm`, async ({ page, open }) => {
    await changeVerdicts(page, change);
    await open('/d/flaglens-feature?var-flag=checkout-v2&refresh=');
    const panel = await settled(panelOf(page));
    await expect(pillOf(panel)).toHaveAttribute('data-state', /withheld|insufficient/);
    await expect(panel.getByText('beyond the margin')).toHaveCount(0);
    await expect(panel.getByText(/ worse$/)).toHaveCount(0);
    if (name === 'withheld') {
      await expect(panel.getByTestId('flaglens-veil')).toBeAttached();
    } else {
      await expect(panel.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40');
    }
    await focusByTab(page, panel.getByTestId('flaglens-crosshair'));
    await page.keyboard.press('End');
    await expect(panel.getByTestId('flaglens-tooltip')).toBeVisible();
    await expect(panel.getByTestId('flaglens-tooltip').locator('[aria-label$="worse"]')).toHaveCount(0);
    await panel.screenshot({ path: pictureFile(`state-${name}`) });
    expect(await seriousFindings(page, frame)).toEqual([]);
  });
}

test('another flag never shows the answer of the last one', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2&refresh=');
  const panel = await settled(panelOf(page));
  await expect(panel.getByTestId('flaglens-table-baseline').first()).toHaveAttribute('data-value', /\d/);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/ds/query*', async (route) => {
    await released;
    await route.continue();
  });
  await page.evaluate(() => {
    history.pushState(null, '', '/d/flaglens-feature?var-flag=search-ranking&refresh=');
    dispatchEvent(new PopStateEvent('popstate'));
  });
  await expect(page.getByRole('region', { name: /search-ranking: feature/ })).toBeVisible();
  await expect(panel).toHaveAttribute('data-state', 'loading');
  await expect(panel.getByTestId('flaglens-table-baseline')).toHaveCount(0);
  release();
  await page.unrouteAll({ behavior: 'wait' });
});
