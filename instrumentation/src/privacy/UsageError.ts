const NAME = 'FlaglensUsageError';

/** Misuse of this library, said in its own words: of what it was called with, its message holds names at most. */
export class UsageError extends Error {
  override readonly name = NAME;
}

/** Whether an error is a {@link UsageError}, of this copy of the package or of its other one (ES module, CommonJS). */
export function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === NAME;
}
