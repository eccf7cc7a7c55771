import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { variantLabel } from '../labels/variantLabel.js';
import type { InstanceInfo } from './InstanceInfo.js';

/** Watches whether the process serves what {@link InstanceInfo} says of it. */
export class InstanceHook implements Hook {
  constructor(private readonly instance: InstanceInfo) {}

  after(context: HookContext, details: EvaluationDetails<FlagValue>): void {
    this.instance.served(context.flagKey, () => variantLabel(details));
  }
}
