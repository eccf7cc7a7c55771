/**
 * `npm run build`: bundles the command into `dist/flaglens.js`, and compiles the Go code that writes the PromQL into
 * `dist/engine`. An argument names another folder than `dist` to build into.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { build } from 'esbuild';

import { buildEngine } from './engine';

const home = path.join(import.meta.dirname, '..');
const out = path.resolve(process.argv[2] ?? path.join(home, 'dist'));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  entryPoints: [path.join(home, 'src/main.ts')],
  outfile: path.join(out, 'flaglens.js'),
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  tsconfig: path.join(home, '../tsconfig.json'),
  logLevel: 'warning',
});
await buildEngine(path.join(out, 'engine'));
