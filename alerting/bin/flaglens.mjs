#!/usr/bin/env node
/** `npx flaglens`: reads TypeScript as it is, so that a checkout needs no build before its rules. */
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli.ts');
process.exitCode = await main(process.argv.slice(2));
