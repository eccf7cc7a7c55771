import { say } from '../lib/progress';

interface Stoppable {
  stop: () => Promise<void>;
  killNow: () => void;
}

/**
 * Ends everything on Ctrl-C, SIGTERM and SIGHUP, and when a parent that is npm has gone. A second Ctrl-C kills.
 *
 * @returns a signal that is set as soon as the end was asked for, and a function to end for a reason of our own
 */
export function endOnSignal(stack: Stoppable): { ending: AbortSignal; end: (code: number) => Promise<never> } {
  const asked = new AbortController();
  const finish = async (code: number): Promise<never> => {
    if (!asked.signal.aborted) {
      asked.abort();
      say('Stopping');
    }
    await stack.stop();
    process.exit(code);
  };
  const onSignal = (code: number) => () => {
    if (asked.signal.aborted) {
      stack.killNow();
      process.exit(code);
    }
    void finish(code);
  };
  process.on('SIGINT', onSignal(0));
  process.on('SIGTERM', onSignal(0));
  process.on('SIGHUP', onSignal(0));
  // Whatever happens, no process of ours is left behind.
  process.once('exit', () => stack.killNow());
  if (process.env.npm_lifecycle_event !== undefined) {
    watchParent(onSignal(0));
  }
  return { ending: asked.signal, end: finish };
}

/** npm's shell does not always hand signals on; that it has gone says the same. */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(timer);
      onGone();
    }
  }, 1000);
  timer.unref();
}
