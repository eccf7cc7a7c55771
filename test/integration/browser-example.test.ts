import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { chromium, type Browser } from '@playwright/test';

import { waitFor } from '../../scripts/lib/waitFor';
import { chromium as launchOptions } from '../support/chromium';

jest.setTimeout(60_000);

const root = path.join(__dirname, '../..');

let service: ChildProcess;
let browser: Browser;
let url: string;

beforeAll(async () => {
  const node = ['--import', 'tsx', '--conditions=@flaglens/source', 'examples/browser/main.ts'];
  const started = spawn(process.execPath, node, {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  service = started;
  browser = await chromium.launch(launchOptions);
  let said = '';
  for await (const chunk of started.stdout) {
    said += String(chunk);
    const port = /port: (\d+)/.exec(said)?.[1];
    if (port !== undefined) {
      url = `http://127.0.0.1:${port}`;
      return;
    }
  }
});

afterAll(async () => {
  await browser.close();
  if (service.exitCode === null) {
    const ended = once(service, 'exit');
    service.kill();
    await ended;
  }
});

test('what a visitor of the example does is counted by the flag of the page', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByText('9 €').waitFor();
  await page.click('#buy');
  await page.getByText('Help').click();
  await page.close({ runBeforeUnload: true });

  const flag = 'feature_flag_key="new-prices",feature_flag_variant="on"';
  const expected = [
    `feature_flag_exposure_total{${flag}} 1`,
    `feature_flag_event_total{${flag},event="product_added",layer="user"} 1`,
    `feature_flag_interaction_total{${flag},event="button_clicked",target="buy"} 1`,
    `feature_flag_interaction_total{${flag},event="button_clicked",target="help"} 1`,
    `feature_flag_web_vital_seconds_count{${flag},vital="LCP"} 1`,
    `feature_flag_page_timing_seconds_count{${flag},timing="load"} 1`,
  ];
  const lines = await waitFor<string[]>(
    async () => {
      const answer = await fetch(`${url}/metrics`);
      const lines = (await answer.text()).split('\n');
      const missing = expected.filter((line) => !lines.includes(line));
      return missing.length === 0 ? { answer: lines } : { notYet: `missing ${missing.join(', ')}` };
    },
    { what: 'The events of the page', timeoutMs: 20_000 }
  );
  expect(lines.filter((line) => /^flaglens_events_dropped_total.* [1-9]/.test(line))).toEqual([]);
});
