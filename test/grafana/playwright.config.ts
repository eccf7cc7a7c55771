import { defineConfig } from '@playwright/test';
import { chromium } from '../support/chromium';

/** The tests in a real Grafana, which GRAFANA_HOME names. `npm test` skips them, and says so, where it is not set. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../browser/output/grafana-results',
  globalSetup: './globalSetup.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${process.env.FLAGLENS_GRAFANA_PORT ?? '3130'}`,
    viewport: { width: 1440, height: 1000 },
    launchOptions: chromium,
  },
});
