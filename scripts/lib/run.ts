import { spawn } from 'node:child_process';

import { root } from './paths';
import { UserError } from './UserError';

/** What is kept of a command's output to explain its failure. */
const keptOutput = 4000;

/** Words in the output of npm and go that mean: the registry could not be reached. */
const networkTrouble =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|dial tcp|no such host|network is unreachable|i\/o timeout|TLS handshake timeout/;

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Called with each complete line of output. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to stdout
 * @throws UserError with the end of its output if it fails, or that says that there is no network
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  let stdout = '';
  let tail = '';
  let pending = '';
  const take = (text: string) => {
    tail = (tail + text).slice(-keptOutput);
    pending += text;
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    lines.forEach((line) => options.onLine?.(line));
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    take(text);
  });
  child.stderr.setEncoding('utf8').on('data', take);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new UserError(`${command} is not installed, or not on the PATH.`) : error);
    });
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'));
  });
  if (code === 0) {
    return stdout;
  }
  const line = [command, ...args].join(' ');
  if (networkTrouble.test(tail)) {
    throw new UserError(
      `No network: \`${line}\` could not reach its registry. Connect this machine, or set a proxy or mirror (npm: registry; Go: GOPROXY), and start again.\n${tail.trim()}`
    );
  }
  throw new UserError(`\`${line}\` failed (${code}):\n${tail.trim()}`);
}
