import path from 'node:path';

import { expect, type Locator, type Page, test as base } from '@playwright/test';

import { addressOf } from './environment';

export { expect } from '@playwright/test';

interface Fixtures {
  /** What the browser's console may say in this test; everything else it complains of fails the test. */
  tolerated: RegExp[];
  /** Opens a page of the workbench by its path. */
  open: (address: string) => Promise<void>;
}

/** Tests over the running workbench. Every one of them fails on an error in the browser's console. */
export const test = base.extend<Fixtures>({
  tolerated: [[], { option: true }],
  page: async ({ page, tolerated }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        complaints.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await use(page);
    const unexpected = complaints.filter((text) => !tolerated.some((pattern) => pattern.test(text)));
    expect(unexpected, 'the console of the browser').toEqual([]);
  },
  open: async ({ page }, use) => {
    await use(async (address) => {
      await page.goto(addressOf('workbench') + address);
    });
  },
});

/** Where a picture for a human eye goes; none is committed. */
export function pictureFile(name: string): string {
  return path.join(import.meta.dirname, '../output', `${name}.png`);
}

/** The comparison panel, once it shows numbers. */
export async function comparison(page: Page): Promise<Locator> {
  const panel = page.getByTestId('flaglens-panel').first();
  await expect(panel.getByTestId('flaglens-table-baseline').first()).toHaveAttribute('data-value', /\d/);
  return panel;
}

/** A range of that many milliseconds that has passed, so that the page and Prometheus speak of the same samples. */
export function endedRange(length: number): { from: number; to: number } {
  const to = Math.floor((Date.now() - 10_000) / 5000) * 5000;
  return { from: to - length, to };
}

const tabsAtMost = 60;

/** Presses Tab until an element has the focus. */
export async function focusByTab(page: Page, wanted: Locator): Promise<void> {
  for (let tabs = 0; tabs < tabsAtMost; tabs++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach the element within ${tabsAtMost} steps`);
}

/** A number as the page has it: the exact value and the text that people read. */
export interface ShownNumber {
  exact: number;
  text: string;
}

/** Reads a cell of the panel's table or tooltip. */
export async function readCell(
  scope: Locator,
  place: 'table' | 'tooltip',
  column: string,
  signal: string,
  stat: string
): Promise<ShownNumber> {
  const cell = scope.locator(
    `[data-testid="flaglens-${place}-${column}"][data-signal="${signal}"][data-stat="${stat}"]`
  );
  await expect(cell).toHaveCount(1);
  return { exact: Number(await cell.getAttribute('data-value')), text: await cell.innerText() };
}

const scales: Record<string, number> = { s: 1, ms: 1e-3, µs: 1e-6, 'req/s': 1, '%': 0.01 };

/** The number that a text such as "485 ms" or "0.54%" says, in the base unit, and half a unit of its last digit. */
export function parseShown(text: string): { value: number; halfDigit: number } {
  const match = /^([\d.]+)\s*(\S+)$/.exec(text.trim());
  const scale = scales[match?.[2] ?? ''];
  const digits = match?.[1];
  if (digits === undefined || scale === undefined) {
    throw new Error(`"${text}" is no number with a unit that is known here`);
  }
  const decimals = digits.split('.')[1]?.length ?? 0;
  return { value: Number(digits) * scale, halfDigit: 0.5 * 10 ** -decimals * scale };
}
