/** Bundles the page into workbench/dist. */
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { build } from 'esbuild';

import { unwrapDefaults, withoutFonts } from './bundlePlugins';

const here = import.meta.dirname;
const target = path.join(here, 'dist');

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: [path.join(here, 'page/main.tsx')],
  outdir: target,
  bundle: true,
  // What is imported lazily (editors of code, calendars) becomes files of its own.
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  plugins: [unwrapDefaults, withoutFonts],
  logLevel: 'warning',
  // That of systemjs has a `type` of its own, which esbuild warns of and passes over.
  logOverride: { 'package.json': 'silent' },
});
for (const name of ['index.html', 'boot.js']) {
  await cp(path.join(here, 'page', name), path.join(target, name));
}
await cp(path.join(here, 'page/icons'), path.join(target, 'icons'), { recursive: true });
