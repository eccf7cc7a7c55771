import { defineConfig } from '@playwright/test';
import { chromium } from '../support/chromium';

/** The plugin in a real browser, on the workbench: real backend, real Prometheus, real demo. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../browser/output/workbench-results',
  globalSetup: './globalSetup.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${process.env.FLAGLENS_WORKBENCH_PORT ?? '3140'}`,
    viewport: { width: 1440, height: 1000 },
    launchOptions: chromium,
  },
});
