import type { Page } from '@playwright/test';
import { comparison, endedRange, expect, test } from './support/fixtures';

const address = (flag: string, { from, to }: { from: number; to: number }) =>
  `/d/flaglens-feature?var-flag=${flag}&from=${from}&to=${to}`;

/** Counts the plots that the page builds from now on. */
async function countPlots(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const count = { built: 0 };
    Object.assign(window, { plotCount: count });
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof Element) {
          count.built += node.matches('.uplot') ? 1 : node.querySelectorAll('.uplot').length;
        }
      }
    }).observe(document.querySelector('[data-testid="flaglens-panel"]') ?? document.body, {
      childList: true,
      subtree: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { plotCount: { built: number } }).plotCount.built);
}

/** What each track's canvas shows. */
function pictures(page: Page): Promise<string[]> {
  return page
    .getByTestId('flaglens-panel')
    .first()
    .locator('.uplot canvas')
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

/** Looks at another range without leaving the page, as the time picker does. */
async function move(page: Page, title: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await page.getByRole('button', { name: title }).click();
  await answered;
  await expect(page.locator('[data-testid="flaglens-panel"][aria-busy="true"]')).toHaveCount(0);
}

test('a refresh draws in the plots that are there', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2&from=now-5m&to=now&refresh=5s');
  await comparison(page);
  const before = await pictures(page);
  const built = await countPlots(page);
  // At 5 s a refresh: several of them.
  await page.waitForTimeout(17_000);
  const after = await pictures(page);
  expect(await built()).toBe(0);
  expect(after).toHaveLength(before.length);
  expect(after[0]).not.toBe(before[0]);
});

// Nothing of one range is shown under another, so the plots are new ones; what is drawn in kept ones is held by unit tests.
test('what is drawn after a change of the range is what a new page shows', async ({ page, open }) => {
  await open(address('checkout-v2', endedRange(300_000)));
  await comparison(page);
  await move(page, 'Move time range backwards');
  await comparison(page);
  const moved = await pictures(page);
  await page.reload();
  await comparison(page);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await pictures(page)).toEqual(moved);
});

test('the crosshair stays where it is over a refresh', async ({ page, open }) => {
  await open('/d/flaglens-feature?var-flag=checkout-v2&from=now-5m&to=now&refresh=5s');
  const panel = await comparison(page);
  const crosshair = panel.getByTestId('flaglens-crosshair');
  await crosshair.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  const time = await crosshair.getAttribute('data-time');
  await page.waitForTimeout(12_000);
  await expect(crosshair).toHaveAttribute('data-time', time ?? '');
  await expect(crosshair).toBeFocused();
  await expect(panel.getByTestId('flaglens-tooltip')).toHaveAttribute('data-time', time ?? '');
});
