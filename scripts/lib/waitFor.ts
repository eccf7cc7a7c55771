import { setTimeout as sleep } from 'node:timers/promises';

interface WaitOptions {
  /** What is waited for, as the message of the failure says it. */
  what: string;
  timeoutMs: number;
  pauseMs?: number;
  signal?: AbortSignal;
}

/**
 * Asks again and again until there is an answer.
 *
 * @param probe gives the answer, or the reason why there is none yet; what it throws is such a reason too
 * @throws Error with the last reason when the time is up
 */
export async function waitFor<T>(
  probe: () => Promise<{ answer: T } | { notYet: string }>,
  { what, timeoutMs, pauseMs = 250, signal }: WaitOptions
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let reason: string;
    try {
      const outcome = await probe();
      if ('answer' in outcome) {
        return outcome.answer;
      }
      reason = outcome.notYet;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline) {
      throw new Error(`${what} did not happen within ${(timeoutMs / 1000).toFixed(0)} s: ${reason}`);
    }
    await sleep(pauseMs, undefined, signal ? { signal } : {});
  }
}
