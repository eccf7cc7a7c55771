import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../lib/UserError';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The browser that the tests drive: CHROMIUM_PATH, else the first that PATH holds.
 *
 * @throws UserError if there is none
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.CHROMIUM_PATH;
  if (named) {
    if (isExecutable(named)) {
      return named;
    }
    throw new UserError(`CHROMIUM_PATH is ${named}, where there is no program. Correct it, or unset it.`);
  }
  const folders = (environment.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  if (found === undefined) {
    throw new UserError(
      'The browser tests need Chromium, and PATH has none. Install it (Debian: apt-get install chromium), or name it in CHROMIUM_PATH.'
    );
  }
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
