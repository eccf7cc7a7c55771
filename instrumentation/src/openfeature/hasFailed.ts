import type { EvaluationDetails, FlagValue } from '@openfeature/server-sdk';

/** Whether the caller got the default because the evaluation failed. */
export function hasFailed({ errorCode, reason }: EvaluationDetails<FlagValue>): boolean {
  // Whatever the type says: providers hand on the null or the empty text of an answer in JSON, and so does the SDK.
  return Boolean(errorCode) || reason === 'ERROR';
}
