import type { HookContext } from '@openfeature/server-sdk';
import { processWide } from '../floor/processWide.js';

/** The hooks that count in one place: in one metric of a registry, or on one meter. */
interface Counting {
  hooks: number;
  /** Which hook counts an evaluation, by the evaluation's merged context: one object for all of its hooks. */
  readonly by: WeakMap<object, object>;
}

const counting = processWide('counting', () => new WeakMap<object, Counting>());

/** Has each evaluation counted by one hook, where several of them count in one place. */
export class EvaluationClaims {
  private readonly counting: Counting;

  /** `target` is the metric or the meter. */
  constructor(
    target: object,
    private readonly hook: object
  ) {
    this.counting = counting.get(target) ?? { hooks: 0, by: new WeakMap() };
    counting.set(target, this.counting);
    this.counting.hooks++;
  }

  /** Whether the evaluation is this hook's to count: the first that asks has it. */
  has({ context }: HookContext): boolean {
    const { hooks, by } = this.counting;
    // With one hook there is nothing to part, and a weak map costs more than the evaluation's counters.
    if (hooks === 1 || !isObject(context)) {
      return true;
    }
    const holder = by.get(context);
    if (holder === undefined) {
      by.set(context, this.hook);
      return true;
    }
    return holder === this.hook;
  }
}

/** Whatever the type says. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
