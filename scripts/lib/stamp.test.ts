import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { cache, root } from './paths';
import { hashOf, whenChanged } from './stamp';

let folder: string;
let relative: string;

beforeEach(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(path.join(cache, 'stamp-test-'));
  relative = path.relative(root, folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(path.join(cache, 'stamps', path.basename(folder)), { force: true });
});

async function put(name: string, content: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function perform(salt = ''): Promise<boolean> {
  const files = { inputs: [`${relative}/in`], outputs: [`${relative}/out`], salt };
  return whenChanged(path.basename(folder), files, () => put('out', 'made'));
}

test('a step runs once, and again after a change of its inputs', async () => {
  await put('in/a.txt', 'one');
  await expect(perform()).resolves.toBe(true);
  await expect(perform()).resolves.toBe(false);
  await put('in/deep/b.txt', 'two');
  await expect(perform()).resolves.toBe(true);
  await expect(perform()).resolves.toBe(false);
});

test('a step runs again when its output is gone, or its salt differs', async () => {
  await put('in/a.txt', 'one');
  await perform();
  await rm(path.join(folder, 'out'));
  await expect(perform()).resolves.toBe(true);
  await expect(perform('other')).resolves.toBe(true);
});

test('a step that failed runs again', async () => {
  await put('in/a.txt', 'one');
  await put('out', 'left behind');
  const files = { inputs: [`${relative}/in`], outputs: [`${relative}/out`] };
  const failing = whenChanged(path.basename(folder), files, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  await expect(perform()).resolves.toBe(true);
});

test('content that moves to another file is a change', async () => {
  await put('in/a.txt', 'one');
  const before = await hashOf({ inputs: [relative] });
  await rm(path.join(folder, 'in/a.txt'));
  await put('in/b.txt', 'one');
  await expect(hashOf({ inputs: [relative] })).resolves.not.toBe(before);
});

test('what is installed or built does not count', async () => {
  await put('in/a.txt', 'one');
  const before = await hashOf({ inputs: [relative] });
  await put('in/node_modules/x/index.js', 'x');
  await put('in/dist/x.js', 'x');
  await expect(hashOf({ inputs: [relative] })).resolves.toBe(before);
});
