import { LONGEST_DELAY } from './clock.js';

/**
 * Waits at most so many seconds for what `work` resolves to. The timer does not keep the process alive.
 *
 * @param late makes the error that is thrown when the time is over
 */
export async function within<T>(seconds: number, work: T | Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), Math.min(seconds * 1000, LONGEST_DELAY)).unref();
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
