/**
 * Generates the contract: Go structs -> schema/*.json -> src/contract/contract.gen.ts.
 *
 * With `--check` it writes nothing, leaves Go alone, and exits with 1 if the committed TypeScript is not what the
 * committed schemas give.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { contractSource } from './contract';

const root = path.join(import.meta.dirname, '..');
const schemas = path.join(root, 'schema');
const target = path.join(root, 'src/contract/contract.gen.ts');

async function check(): Promise<void> {
  const committed = await readFile(target, 'utf8');
  if (committed !== (await contractSource(schemas))) {
    console.error('src/contract/contract.gen.ts is not what schema/*.json gives: run `npm run generate` and commit.');
    process.exitCode = 1;
  }
}

async function generate(): Promise<void> {
  execFileSync('go', ['run', './pkg/cmd/schema'], { cwd: root, stdio: 'inherit' });
  await writeFile(target, await contractSource(schemas));
}

await (process.argv.includes('--check') ? check() : generate());
