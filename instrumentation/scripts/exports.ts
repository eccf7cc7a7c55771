/** `npm run exports`: writes the exports of package.json, and their types, from the list of entries. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ENTRIES, exportsOf, typesVersionsOf } from './entries';

const file = path.join(import.meta.dirname, '..', 'package.json');
const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
const written = { ...manifest, exports: exportsOf(ENTRIES), typesVersions: typesVersionsOf(ENTRIES) };
await writeFile(file, `${JSON.stringify(written, undefined, 2)}\n`);
