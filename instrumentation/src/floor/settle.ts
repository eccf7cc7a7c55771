/** Told once how a piece of work ended. Must not throw. */
export type Settled<T> = (end: { value: T } | { error: unknown }) => void;

/**
 * Runs `work` and tells how it ended: at once, or when its promise does. What it answers or throws is passed on. Of a
 * thenable that starts only when it is asked (as query builders have them), the answer is a promise.
 */
export function settle<T>(work: () => T, settled: Settled<Awaited<T>>): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    settled({ error });
    throw error;
  }
  if (!isThenable(result)) {
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/** A bare thenable may answer nothing from its `then`, throw there, or let what its callbacks throw escape. */
function promiseOf(thenable: PromiseLike<unknown>): PromiseLike<unknown> {
  const full = 'catch' in thenable && typeof thenable.catch === 'function';
  return full ? thenable : Promise.resolve(thenable);
}

/** Seconds since a time of `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
