import { commands } from './commands';
import { UserError } from './UserError';

function overview(): string {
  const width = Math.max(...[...commands.keys()].map((name) => name.length));
  return [
    'flaglens COMMAND [options]',
    '',
    ...[...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'flaglens COMMAND --help lists the options of one.',
  ].join('\n');
}

/** Runs a command line. @returns its exit code: the command's, or 2 if it cannot be done */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof UserError || isArgumentError(error)) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help') {
    console.log(overview());
    return 0;
  }
  const command = commands.get(name ?? '');
  if (command === undefined) {
    throw new UserError(`${name === undefined ? 'Name a command' : `There is no command ${name}`}.\n\n${overview()}`);
  }
  return command.run(args);
}

/** Whether an error is one of parseArgs. Its code says so; its class can be that of another realm. */
function isArgumentError(error: unknown): error is NodeJS.ErrnoException {
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}
