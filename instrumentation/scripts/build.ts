/**
 * `npm run build`: builds the package twice, as ES modules and as CommonJS, each with types. An argument names another
 * folder than `dist` to build into.
 */
import { execFile } from 'node:child_process';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const home = path.join(import.meta.dirname, '..');
const out = path.resolve(process.argv[2] ?? path.join(home, 'dist'));
const esm = path.join(out, 'esm');
const cjs = path.join(out, 'cjs');

await rm(out, { recursive: true, force: true });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
try {
  await run(process.execPath, [tsc, '--project', path.join(home, 'tsconfig.build.json'), '--outDir', esm]);
} catch (error) {
  throw new Error((error as { stdout: string }).stdout, { cause: error });
}

// TypeScript refuses to write CommonJS from what the package declares to be ES modules. The types are the same for both;
// the package.json beside them is what makes them CommonJS.
const modules = (await readdir(esm, { recursive: true })).filter((file) => file.endsWith('.js'));
await build({
  entryPoints: modules.map((file) => path.join(home, 'src', file.replace(/\.js$/, '.ts'))),
  outbase: path.join(home, 'src'),
  outdir: cjs,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  tsconfig: path.join(home, 'tsconfig.build.json'),
  logLevel: 'warning',
});
await cp(esm, cjs, { recursive: true, filter: (file) => path.extname(file) === '' || /\.d\.ts(\.map)?$/.test(file) });
await writeFile(path.join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
