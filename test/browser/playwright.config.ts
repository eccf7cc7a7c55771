import path from 'node:path';

import { defineConfig } from '@playwright/test';

import { chromium } from '../support/chromium';

const output = path.join(import.meta.dirname, 'output');

/** The plugin in a real browser on the workbench, one test after the other over one running demo. */
export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.spec.ts',
  outputDir: path.join(output, 'results'),
  globalSetup: path.join(import.meta.dirname, 'support/startStack.ts'),
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1440, height: 1200 },
    colorScheme: 'dark',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: chromium,
  },
});
