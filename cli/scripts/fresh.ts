import { buildCli } from '../../scripts/lib/setup';
import { UserError } from '../../scripts/lib/UserError';

/** Builds the command if its sources have changed. Ends the process with 2 and the reason if that fails. */
export async function buildFresh(): Promise<void> {
  // Standard output is the command's own. A build that has nothing to do is over before this.
  const notice = setTimeout(() => console.error('Building flaglens, since its sources have changed ...'), 2000);
  try {
    await buildCli();
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(2);
  } finally {
    clearTimeout(notice);
  }
}
