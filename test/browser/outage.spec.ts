import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { cache } from '../../scripts/lib/paths';
import { freePort } from '../../scripts/lib/ports';
import { prometheusBinary } from '../../scripts/start/stack';
import { addressOf } from './support/environment';
import { comparison, expect, pictureFile, test } from './support/fixtures';

const folder = path.join(cache, 'run/test-browser');
const own = path.join(folder, 'outage');
let server: ChildProcess | undefined;
let port = 0;

/** Starts a Prometheus with the past of that of the other tests, which scrapes what that does, on a port and data that outlive it. */
async function startPrometheus(): Promise<void> {
  server = spawn(
    prometheusBinary(),
    [
      `--config.file=${path.join(own, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(own, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: 'ignore' }
  );
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined))?.status, {
      timeout: 60_000,
    })
    .toBe(200);
}

async function killPrometheus(): Promise<void> {
  const gone = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGKILL');
  await gone;
}

async function setUrl(url: string): Promise<void> {
  const response = await fetch(`${addressOf('workbench')}/api/datasources/uid/flaglens`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  expect(response.status, await response.text()).toBe(200);
}

test.use({ tolerated: [/Failed to load resource/] });
test.setTimeout(240_000);
test.beforeAll(async () => {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  copyFileSync(path.join(folder, 'prometheus/prometheus.yml'), path.join(own, 'prometheus.yml'));
  cpSync(path.join(folder, 'prometheus/data'), path.join(own, 'data'), { recursive: true });
  port = await freePort();
  await startPrometheus();
});
test.afterAll(async () => {
  await setUrl(addressOf('prometheus'));
  await killPrometheus();
});

test('a Prometheus that is killed leaves the last answer with its time, and all recovers by itself', async ({
  page,
  open,
}) => {
  await setUrl(`http://127.0.0.1:${port}`);
  await open('/d/flaglens-feature?var-flag=checkout-v2&from=now-5m&to=now&refresh=5s');
  const panel = await comparison(page);
  const pill = panel.getByTestId('flaglens-pill').first();
  await expect(pill).toHaveAttribute('data-state', /./);
  const baseline = panel.getByTestId('flaglens-table-baseline').first();

  await killPrometheus();
  await expect(panel).toHaveAttribute('data-state', 'stale', { timeout: 60_000 });
  await expect(pill).toHaveAttribute('title', /as of \d\d:\d\d/);
  await expect(baseline).toHaveAttribute('data-value', /\d/);
  await expect(panel.getByTestId('flaglens-notices')).toContainText(/connect|reach|refused|answer/i);
  await panel.screenshot({ path: pictureFile('state-stale') });
  // It stays so over further refreshes, and nothing that was not read is called missing.
  await page.waitForTimeout(11_000);
  await expect(panel).toHaveAttribute('data-state', 'stale');
  await expect(baseline).toHaveAttribute('data-value', /\d/);
  await expect(page.locator('body')).not.toContainText(/no data/i);

  await startPrometheus();
  await expect(panel).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  await expect(pill).not.toHaveAttribute('title', /as of/);
});
