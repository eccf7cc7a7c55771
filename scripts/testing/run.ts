import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** How a command ended. */
export interface Run {
  code: number;
  /** What it wrote to both its outputs, kept only where it runs quietly. */
  output: string;
}

/** Runs a command in the project's root; its output is shown, or kept for the caller where it is to be quiet. */
export function run(
  command: string[],
  options: { environment?: NodeJS.ProcessEnv; quiet?: boolean } = {}
): Promise<Run> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => {
      console.error(`${program} cannot be started: ${error.message}`);
      resolve({ code: 127, output });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
