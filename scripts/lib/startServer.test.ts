import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ChildGroup } from './ChildGroup';
import { freePort } from './ports';
import { startServer } from './startServer';

let folder: string;
let children: ChildGroup;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-server-'));
  children = new ChildGroup();
});

afterEach(async () => {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(program: string, complaints: string[] = []): Promise<string> {
  const readyUrl = `http://127.0.0.1:${await freePort()}/`;
  await startServer(children, {
    name: 'Somebody',
    command: process.execPath,
    args: ['-e', program, readyUrl],
    logFile: path.join(folder, 'log'),
    readyUrl,
    timeoutMs: 20_000,
    onUnexpectedExit: (reason) => complaints.push(reason),
  });
  return readyUrl;
}

test('a server is waited for until it is ready', async () => {
  const url = await start(`
    let asked = 0;
    require('node:http')
      .createServer((_, response) => { response.statusCode = ++asked < 3 ? 503 : 200; response.end(String(asked)); })
      .listen(new URL(process.argv[1]).port, '127.0.0.1');
  `);
  expect(await (await fetch(url)).text()).toBe('4');
});

test('a server that ends before it is ready is reported at once', async () => {
  const complaints: string[] = [];
  // Not "The start of Somebody did not happen within 20 s".
  await expect(start('process.exit(3)', complaints)).rejects.toThrow(/^Somebody ended \(3\)/);
  expect(complaints).toHaveLength(1);
});
