/** Builds the backend binary of this machine into dist/datasource, if its sources changed. */
import { step } from './lib/progress';
import { buildBackend } from './lib/setup';
import { UserError } from './lib/UserError';

try {
  await step('Building the backend', buildBackend);
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
