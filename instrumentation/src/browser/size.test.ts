import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Format } from 'esbuild';

const home = path.join(__dirname, '../..');

/** What a page loads: the entry with all that it imports, minified. */
async function bundle(format: Format): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, 'index.ts')],
    bundle: true,
    minify: true,
    write: false,
    format,
    globalName: format === 'iife' ? 'flaglens' : undefined,
    platform: 'browser',
    target: 'es2022',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

test.each(['esm', 'iife'] as const)(
  'the browser entry as %s is under 4096 bytes, minified and gzipped',
  async (format) => {
    const code = await bundle(format);
    expect(code.byteLength).toBeGreaterThan(0);
    expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThan(4096);
  }
);

test('the bundle needs nothing but a browser and evaluates no text', async () => {
  const code = new TextDecoder().decode(await bundle('esm'));
  expect(code).not.toMatch(/\bimport\b|\brequire\(|\bprocess\.|\beval\(|\bnew Function\b/);
});

test('the guide names its size', async () => {
  const guide = readFileSync(path.join(home, '../docs/instrumentation/browser.md'), 'utf8');
  const named = Number(/one file of (\d\.\d) KB/.exec(guide)?.[1]);
  expect(named).toBeCloseTo(gzipSync(await bundle('esm'), { level: 9 }).byteLength / 1024, 1);
});

test('it compiles without the types of Node.js', () => {
  const tsc = require.resolve('typescript/bin/tsc');
  const config = path.join(home, 'tsconfig.browser.json');
  expect(execFileSync(process.execPath, [tsc, '--project', config], { encoding: 'utf8' })).toBe('');
}, 60_000);
