/**
 * Generates the contracts from Go: schema/*.json -> src/contract/contract.gen.ts, which is that of the plugin,
 * schema/rules/*.json -> cli/src/rules/contract.gen.ts, which is that of the generator of alert rules, and
 * schema/constants/constants.json -> src/contract/constants.gen.ts, which has the words and columns of both.
 *
 * With `--check` it writes nothing, leaves Go alone, and exits with 1 if the committed TypeScript is not what the
 * committed schemas give.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { constantsFile, constantsSource } from './constants';
import { contractSource } from './contract';

const root = path.join(import.meta.dirname, '..');
const generated = [
  {
    from: 'schema/*.json',
    target: 'src/contract/contract.gen.ts',
    source: () => contractSource(root, 'schema', 'pkg/model'),
  },
  {
    from: 'schema/rules/*.json',
    target: 'cli/src/rules/contract.gen.ts',
    source: () => contractSource(root, 'schema/rules', 'pkg/rules'),
  },
  { from: constantsFile, target: 'src/contract/constants.gen.ts', source: () => constantsSource(root) },
];

async function check(): Promise<void> {
  for (const { from, target, source } of generated) {
    const committed = await readFile(path.join(root, target), 'utf8');
    if (committed !== (await source())) {
      console.error(`${target} is not what ${from} gives: run \`npm run generate\` and commit.`);
      process.exitCode = 1;
    }
  }
}

async function generate(): Promise<void> {
  execFileSync('go', ['run', './pkg/cmd/schema'], { cwd: root, stdio: 'inherit' });
  for (const { target, source } of generated) {
    await writeFile(path.join(root, target), await source());
  }
}

await (process.argv.includes('--check') ? check() : generate());
