import { useCallback, useEffect, useState } from 'react';

import { resourceError } from './resources';

/** What came of a call: nothing yet, a value, or the reason why not, in words. */
export interface Loaded<T> {
  loading: boolean;
  value?: T;
  error?: string;
  /** Asks again. */
  reload: () => void;
}

interface Answer<T> {
  load: () => Promise<T>;
  attempt: number;
  value?: T;
  error?: string;
}

/**
 * Calls `load` when it is first given and whenever it becomes another function, and drops answers that are overtaken.
 *
 * @param load memoised by the caller; undefined while there is nothing to ask
 */
export function useLoaded<T>(load: (() => Promise<T>) | undefined): Loaded<T> {
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<Answer<T>>();

  useEffect(() => {
    if (load === undefined) {
      return undefined;
    }
    let current = true;
    const settle = (outcome: { value: T } | { error: string }) => {
      if (current) {
        setAnswer({ load, attempt, ...outcome });
      }
    };
    load().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error: resourceError(error) })
    );
    return () => {
      current = false;
    };
  }, [load, attempt]);

  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  if (load === undefined) {
    return { loading: false, reload };
  }
  if (answer?.load !== load || answer.attempt !== attempt) {
    return { loading: true, reload };
  }
  return { loading: false, value: answer.value, error: answer.error, reload };
}
