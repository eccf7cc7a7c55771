import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { startDemo, type Demo } from './start';

jest.setTimeout(120_000);

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) {
      throw new Error('did not come true within 30 s');
    }
    await wait(100);
  }
}

/** The count of checkouts by variant, over both instances. */
async function checkouts(demo: Demo): Promise<{ on: number; off: number }> {
  const texts = await Promise.all(
    demo.targets.map(async ({ address }) => (await fetch(`http://${address}/metrics`)).text())
  );
  const sum = (variant: string) =>
    [...texts.join('\n').matchAll(/^feature_flag_http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)]
      .filter(([, labels = '']) => labels.includes('"checkout-v2"') && labels.includes(`variant="${variant}"`))
      .reduce((total, [, , value]) => total + Number(value), 0);
  return { on: sum('on'), off: sum('off') };
}

test('two instances serve the load, follow the control, and end with the demo', async () => {
  const unexpected: string[] = [];
  const demo = await startDemo({ rps: 100, seed: 1, onUnexpectedExit: (reason) => unexpected.push(reason) });
  try {
    expect(demo.targets.map(({ job, instance }) => `${job} ${instance}`)).toEqual(['shop shop-1', 'shop shop-2']);
    expect(demo.pids).toHaveLength(3);
    expect(demo.pids.every(alive)).toBe(true);
    await eventually(async () => {
      const { on, off } = await checkouts(demo);
      return on > 10 && off > 10;
    });

    const response = await fetch(`${demo.controlUrl}/api/flags/checkout-v2`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ percentage: 0 }),
    });
    expect(response.status).toBe(200);
    // The instances ask every half second, and a request takes a while to end.
    await wait(3000);
    const before = await checkouts(demo);
    await eventually(async () => (await checkouts(demo)).off > before.off + 20);
    expect((await checkouts(demo)).on).toBe(before.on);
  } finally {
    await demo.stop();
  }
  expect(demo.pids.some(alive)).toBe(false);
  expect(unexpected).toEqual([]);
});

test('says so when a part ends by itself', async () => {
  const unexpected: string[] = [];
  const demo = await startDemo({ rps: 0, onUnexpectedExit: (reason) => unexpected.push(reason) });
  process.kill(demo.pids[1] ?? NaN, 'SIGKILL');
  await eventually(() => unexpected.length > 0);
  await demo.stop();
  expect(unexpected).toEqual([expect.stringMatching(/^shop-[12] of the demo ended \(SIGKILL\)$/)]);
  expect(demo.pids.some(alive)).toBe(false);
});

test('a port that is taken is an error, and nothing is left running', async () => {
  const occupied = createServer();
  occupied.listen(0, '127.0.0.1');
  await once(occupied, 'listening');
  const address = occupied.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  await expect(startDemo({ ports: { control: port } })).rejects.toThrow(/control could not start/);

  await new Promise((resolve) => occupied.close(resolve));
});

test('nothing outlives a parent that is killed', async () => {
  const program = `
    import { startDemo } from ${JSON.stringify(pathToFileURL(path.join(__dirname, 'start.ts')).href)};
    const { pids } = await startDemo({ rps: 20 });
    console.log(JSON.stringify(pids));`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(String(line)) as number[];
  expect(pids.filter(alive)).toHaveLength(3);

  parent.kill('SIGKILL');

  try {
    await eventually(() => !pids.some(alive));
  } finally {
    // Should the test fail, what it is about must not go on running.
    pids.filter(alive).forEach((pid) => process.kill(pid, 'SIGKILL'));
  }
});
