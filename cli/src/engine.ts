import { fileURLToPath } from 'node:url';

/** The folder of the Go code that the build compiles in. This file's folder, `src` or `dist`, lies beside it. */
export const engineFolder = fileURLToPath(new URL('../dist/engine/', import.meta.url));
