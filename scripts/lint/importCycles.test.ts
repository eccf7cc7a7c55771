import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { circlesOf } from './importCycles.mjs';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'circles-')));
});

afterEach(() => rm(folder, { recursive: true }));

/** The circles of the first of some files, by the files' names. */
async function circles(files: Record<string, string>): Promise<string[]> {
  const names = Object.keys(files);
  await Promise.all(names.map((name) => writeFile(path.join(folder, name), files[name] ?? '')));
  return circlesOf(path.join(folder, names[0] ?? '')).map(({ way }) =>
    way.map((file) => path.basename(file)).join(' -> ')
  );
}

test.each([
  ['values', "import { b } from './b';", "import { a } from './a';"],
  ['types of a whole import', "import { b } from './b';", "import type { A } from './a';"],
  ['types by name', "import { type B } from './b';", "import { type A, type C } from './a';"],
  ['types exported again', "export type { B } from './b';", "export type * from './a';"],
  ['a type named in place', "import { b } from './b';", "export const b: import('./a').A = 1;"],
  ['a lazy import', "import { b } from './b';", "const later = () => import('./a');"],
  ['names of compiled files', "import { b } from './b.js';", "import { a } from './a.js';"],
])('a circle by %s is seen', async (_, a, b) => {
  expect(await circles({ 'a.ts': a, 'b.ts': b })).toEqual(['a.ts -> b.ts -> a.ts']);
});

test('a circle over several files is seen from each', async () => {
  const files = { 'a.tsx': "import './b';", 'b.ts': "import './c';", 'c.ts': "import type { A } from './a';" };
  expect(await circles(files)).toEqual(['a.tsx -> b.ts -> c.ts -> a.tsx']);
  expect(circlesOf(path.join(folder, 'c.ts'))).toHaveLength(1);
});

test.each([
  ['no way back', { 'a.ts': "import './b'; import 'typescript';", 'b.ts': "import './c';", 'c.ts': '' }],
  ['a circle that it only leads to', { 'a.ts': "import './b';", 'b.ts': "import './c';", 'c.ts': "import './b';" }],
  ['a file that is not there', { 'a.ts': "import './gone'; import './style.css';" }],
  ['a file of another kind', { 'a.ts': "import data from './data.json';", 'data.json': '{}' }],
  ['words that only look so', { 'a.ts': "// import './a'\nexport const text = \"import './a'\";" }],
])('%s is no circle', async (_, files) => {
  expect(await circles(files)).toEqual([]);
});
