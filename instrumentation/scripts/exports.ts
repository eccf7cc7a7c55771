/** `npm run exports`: writes the exports of package.json from the list of entries. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ENTRIES, exportsOf } from './entries';

const file = path.join(import.meta.dirname, '..', 'package.json');
const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
await writeFile(file, `${JSON.stringify({ ...manifest, exports: exportsOf(ENTRIES) }, undefined, 2)}\n`);
