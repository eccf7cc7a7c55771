import { type Page } from '@playwright/test';

/** Collects what the page complains of, the host's own complaints about having no network left out. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    const offline = /Failed to load resource|Failed to fetch plugins from catalog/.test(message.text());
    if (message.type() === 'error' && !offline) {
      found.push(message.text());
    }
  });
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}
