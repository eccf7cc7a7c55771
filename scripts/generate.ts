/**
 * Generates the contracts from Go structs: schema/*.json -> src/contract/contract.gen.ts, which is that of the plugin, and
 * schema/rules/*.json -> cli/src/rules/contract.gen.ts, which is that of the generator of alert rules.
 *
 * With `--check` it writes nothing, leaves Go alone, and exits with 1 if the committed TypeScript is not what the
 * committed schemas give.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { contractSource } from './contract';

const root = path.join(import.meta.dirname, '..');
const contracts = [
  { schemas: 'schema', structs: 'pkg/model', target: 'src/contract/contract.gen.ts' },
  { schemas: 'schema/rules', structs: 'pkg/rules', target: 'cli/src/rules/contract.gen.ts' },
];

async function check(): Promise<void> {
  for (const { schemas, structs, target } of contracts) {
    const committed = await readFile(path.join(root, target), 'utf8');
    if (committed !== (await contractSource(root, schemas, structs))) {
      console.error(`${target} is not what ${schemas}/*.json gives: run \`npm run generate\` and commit.`);
      process.exitCode = 1;
    }
  }
}

async function generate(): Promise<void> {
  execFileSync('go', ['run', './pkg/cmd/schema'], { cwd: root, stdio: 'inherit' });
  for (const { schemas, structs, target } of contracts) {
    await writeFile(path.join(root, target), await contractSource(root, schemas, structs));
  }
}

await (process.argv.includes('--check') ? check() : generate());
