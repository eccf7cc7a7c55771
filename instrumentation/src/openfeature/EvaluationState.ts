import type { HookContext } from '@openfeature/server-sdk';

/**
 * What a hook keeps for one evaluation from stage to stage: in the SDK's `hookData`, and beside the context itself for
 * SDKs from before `hookData`, which hand one context to all stages of all hooks.
 */
export class EvaluationState<T> {
  private readonly beside = new WeakMap<object, T[]>();

  /** `key` must be unique among the states of one hook. */
  constructor(private readonly key: string) {}

  put(context: HookContext, value: T): void {
    const data = dataOf(context);
    if (data !== undefined) {
      data.set(this.key, value);
      return;
    }
    // A hook that is registered twice is called twice with the same context: a pile, so that each end has its beginning.
    const pile = this.beside.get(context) ?? [];
    pile.push(value);
    this.beside.set(context, pile);
  }

  /** Hands the value back, once; undefined if there is none, as where an earlier hook kept `before` from running. */
  take(context: HookContext): T | undefined {
    const data = dataOf(context);
    if (data === undefined) {
      return this.beside.get(context)?.pop();
    }
    const value = data.get(this.key) as T | undefined;
    data.delete(this.key);
    return value;
  }
}

/** The type has it always; older SDKs do not. */
function dataOf(context: HookContext): HookContext['hookData'] | undefined {
  return context.hookData;
}
