import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { cache, root } from './paths';

/** What a step of the set-up reads and writes, as paths relative to the checkout. */
export interface StepFiles {
  /** Files, and folders of which every file counts. Those that are missing count as missing. */
  inputs: readonly string[];
  /** Files that are there once the step has run. */
  outputs: readonly string[];
  /** Anything else that the outcome depends on. */
  salt?: string;
}

const skippedFolders = new Set(['node_modules', 'dist', 'testdata', '.cache']);

async function filesBelow(relative: string): Promise<string[]> {
  const absolute = path.resolve(root, relative);
  let entries;
  try {
    entries = await readdir(absolute, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR') {
      return [relative];
    }
    if (code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const below = path.join(relative, entry.name);
      if (entry.isDirectory()) {
        return skippedFolders.has(entry.name) ? [] : filesBelow(below);
      }
      return [below];
    })
  );
  return nested.flat();
}

/** Hash over names and contents of all inputs. */
export async function hashOf({ inputs, salt = '' }: Pick<StepFiles, 'inputs' | 'salt'>): Promise<string> {
  const files = (await Promise.all(inputs.map(filesBelow))).flat().sort();
  const hash = createHash('sha256').update(salt);
  for (const file of files) {
    hash.update(`\0${file.replaceAll(path.sep, '/')}\0`).update(await readFile(path.resolve(root, file)));
  }
  return hash.digest('hex');
}

function stampFile(name: string): string {
  return path.join(cache, 'stamps', name);
}

/**
 * Runs a step unless its outputs are there and were made from the same inputs.
 *
 * @returns whether it ran
 */
export async function whenChanged(name: string, files: StepFiles, run: () => Promise<void>): Promise<boolean> {
  const wanted = await hashOf(files);
  const present = files.outputs.every((output) => existsSync(path.resolve(root, output)));
  const file = stampFile(name);
  if (present && existsSync(file) && (await readFile(file, 'utf8')) === wanted) {
    return false;
  }
  // A step that fails half-way must run again, whatever it left.
  await rm(file, { force: true });
  await run();
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, wanted);
  return true;
}
