import { types } from 'node:util';

/** How a piece of work ended. */
export type End<T> = { value: T } | { error: unknown };

/** Called once when a piece of work has ended. Must not throw. */
export type Settled<T> = (end: End<T>) => void;

/**
 * Runs `work` and says how it ended: at once, or when its promise does. What it answers or throws is passed on.
 *
 * @param isPending tells an answer that is still to come. Only real promises are if absent: the `then` of a lazy query
 *   would begin it a second time. With {@link isThenable} such work is begun here, and its answer is a promise.
 */
export function settle<T>(work: () => T, settled: Settled<Awaited<T>>, isPending = isPromise): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    settled({ error });
    throw error;
  }
  if (!isPending(result)) {
    settled({ value: result as Awaited<T> });
    return result;
  }
  // The promise of `then` is handed on, and not the one that it came from: a rejection that nobody handles stays one,
  // and work that begins with `then` begins once.
  return promiseOf(result).then(
    (value) => {
      settled({ value: value as Awaited<T> });
      return value;
    },
    (error: unknown) => {
      settled({ error });
      throw error;
    }
  ) as T;
}

/** Whether an answer has a `then`, as query builders that start only when they are asked have one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/** Also of another realm, which has a class of its own. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return types.isPromise(value);
}

/** A bare thenable may answer nothing from its `then`, throw there, or let what its callbacks throw escape. */
function promiseOf(thenable: PromiseLike<unknown>): PromiseLike<unknown> {
  const full = 'catch' in thenable && typeof thenable.catch === 'function';
  return full ? thenable : Promise.resolve(thenable);
}
