import { useCallback, useEffect, useState } from 'react';

/** How far something that takes time has come. */
export type AsyncState<T> =
  { status: 'loading' } | { status: 'failed'; message: string } | { status: 'done'; value: T };

/** What an error says, whether it is one of ours or a failed request. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    if ('data' in error && typeof error.data === 'object' && error.data !== null && 'message' in error.data) {
      return String(error.data.message);
    }
    if ('message' in error && typeof error.message === 'string') {
      return error.message;
    }
  }
  return String(error);
}

/**
 * Runs something asynchronous, again whenever `run` changes.
 *
 * @param run must keep its identity while its inputs do (useCallback)
 * @returns its state, and a function to run it again
 */
export function useAsync<T>(run: () => Promise<T>): [AsyncState<T>, () => void] {
  const [state, setState] = useState<AsyncState<T>>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    setState({ status: 'loading' });
    run().then(
      (value) => current && setState({ status: 'done', value }),
      (error: unknown) => current && setState({ status: 'failed', message: messageOf(error) })
    );
    return () => {
      current = false;
    };
  }, [run, attempt]);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return [state, again];
}
