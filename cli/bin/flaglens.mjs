#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Only a checkout has this file. There, what is run is built first if its sources have changed.
const fresh = new URL('../scripts/fresh.ts', import.meta.url);
if (existsSync(fresh)) {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  const { buildFresh } = await import(fresh.href);
  await buildFresh();
  await unregister();
}

const { main } = await import('../dist/flaglens.js');
process.exitCode = await main(process.argv.slice(2));
