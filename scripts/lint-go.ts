/** Checks the Go code with the pinned golangci-lint, and with the pinned deadcode for functions that nothing runs. */
import { spawnSync } from 'node:child_process';

import { root, toolBinary } from './lib/paths';
import { step } from './lib/progress';
import { buildDeadcode, buildGolangciLint } from './lib/setup';
import { UserError } from './lib/UserError';
import { type DeadPackage, unreachableFunctions } from './lint/unreachable';

/** Runs deadcode over all main packages. @returns what it found, one function a line */
function findUnreachable(): string[] {
  const result = spawnSync(toolBinary('deadcode'), ['-json', './...'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.status !== 0) {
    throw new UserError(`deadcode failed: ${result.error?.message ?? `exit code ${result.status}`}`);
  }
  return unreachableFunctions(JSON.parse(result.stdout) as DeadPackage[] | null);
}

try {
  await step('Building golangci-lint', buildGolangciLint);
  await step('Building deadcode', buildDeadcode);
  const result = spawnSync(toolBinary('golangci-lint'), ['run'], { cwd: root, stdio: 'inherit' });
  const unreachable = findUnreachable();
  for (const line of unreachable) {
    console.error(line);
  }
  process.exitCode = result.status === 0 && unreachable.length > 0 ? 1 : (result.status ?? 1);
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
