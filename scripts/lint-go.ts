/** Checks the Go code with the pinned golangci-lint. */
import { spawnSync } from 'node:child_process';

import { root, toolBinary } from './lib/paths';
import { step } from './lib/progress';
import { buildGolangciLint } from './lib/setup';
import { UserError } from './lib/UserError';

try {
  await step('Building golangci-lint', buildGolangciLint);
  const result = spawnSync(toolBinary('golangci-lint'), ['run'], { cwd: root, stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
