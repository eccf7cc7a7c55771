import { setTimeout as wait } from 'node:timers/promises';
import { initialState, type DemoState } from '../state';

const interval = 500;
const patience = 2000;
/** How long a shop waits for its control before it opens with the initial state. */
const patienceAtStart = 10_000;

/** The state of the control, as a shop sees it. */
export interface Followed {
  /** What the control last said; the initial state before it has said anything. */
  state: () => DemoState;
  /** Resolves when the control has answered for the first time, or has not for 10 seconds. */
  begun: Promise<void>;
}

/** Follows the state of the control. While it is away, the last one holds. */
export function followControl(controlUrl: string, signal: AbortSignal): Followed {
  let state = initialState();
  let answered: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (answered = resolve));
  const follow = async () => {
    while (!signal.aborted) {
      try {
        const response = await fetch(new URL('/api/state', controlUrl), { signal: AbortSignal.timeout(patience) });
        if (response.ok) {
          state = (await response.json()) as DemoState;
          answered();
        }
      } catch {
        // The control is being started or stopped: the shop goes on as it is.
      }
      await wait(interval, undefined, { signal }).catch(() => undefined);
    }
  };
  void follow();
  const timer = setTimeout(() => answered(), patienceAtStart).unref();
  return { state: () => state, begun: begun.finally(() => clearTimeout(timer)) };
}
