import { existsSync } from 'node:fs';
import path from 'node:path';

import { cache, root } from './paths';
import { run } from './run';

const home = path.join(cache, 'python-adapters');
const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/**
 * Sets up a Python with what the adapters in adapters/python need.
 *
 * @returns its path, or why there is none: no Python on this machine, or its packages cannot be had
 */
export async function buildPythonAdapters(): Promise<{ python: string } | { missing: string }> {
  const python = path.join(home, ...bin);
  try {
    if (!existsSync(python)) {
      await run('python3', ['-m', 'venv', home]);
    }
    const requirements = path.join(root, 'adapters/python/requirements.txt');
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  } catch (error) {
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  return { python };
}
