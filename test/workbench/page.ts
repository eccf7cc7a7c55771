import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';

const output = path.resolve(import.meta.dirname, '../browser/output');

/** Collects what the page complains of, from now on. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') {
      found.push(message.text());
    }
  });
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}

/** Keeps a picture of the page for a person to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(output, `${name}.png`) });
}

/** Opens the dashboard of a flag and waits until the panel has drawn. */
export async function openFeature(page: Page, flag: string, more = ''): Promise<Locator> {
  await page.goto(`/d/flaglens-feature?var-flag=${flag}${more}`);
  const panel = page.getByTestId('flaglens-panel').first();
  await expect(panel.locator('canvas').first()).toBeVisible();
  await expect(panel.getByTestId('flaglens-table-row').first()).toBeVisible();
  return panel;
}

/** A number of the panel's table, as exact as the panel has it. */
export async function tableValue(panel: Locator, column: string, signal: string, stat: string): Promise<number> {
  const cell = panel.locator(`[data-testid="flaglens-table-${column}"][data-signal="${signal}"][data-stat="${stat}"]`);
  await expect(cell.first()).not.toHaveAttribute('data-value', '');
  return Number(await cell.first().getAttribute('data-value'));
}
