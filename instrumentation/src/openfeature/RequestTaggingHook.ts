import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { EVALUATION_ERROR } from '../floor/conventions.js';
import { variantLabel } from '../labels/variantLabel.js';
import type { RequestMetrics } from '../requests/RequestMetrics.js';
import { hasFailed } from './hasFailed.js';

/**
 * Notes each evaluated flag with what was served on the request under way, if there is one. It works in `finally`,
 * since only there it is certain what the caller gets: a later hook can still turn a success into the default.
 */
export class RequestTaggingHook implements Hook {
  constructor(private readonly requests: RequestMetrics) {}

  finally(context: HookContext, details: EvaluationDetails<FlagValue>): void {
    this.requests.tag(context.flagKey, () => (hasFailed(details) ? EVALUATION_ERROR : variantLabel(details)));
  }
}
