import type { LaunchOptions } from '@playwright/test';

import { findChromium } from '../../scripts/testing/chromium';

// Chromium's sandbox does not work for root, as which containers often run.
const isRoot = process.getuid?.() === 0;

/** How Playwright starts the Chromium that is installed here, which asks nobody outside for anything. */
export const chromium: LaunchOptions = {
  executablePath: findChromium(),
  args: [
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(isRoot ? ['--no-sandbox'] : []),
  ],
};
