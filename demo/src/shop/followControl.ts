import { setTimeout as wait } from 'node:timers/promises';
import { initialState, type DemoState } from '../state';

const interval = 500;
const patience = 2000;

/** Follows the state of the control. While it is away, the last one holds. */
export function followControl(controlUrl: string, signal: AbortSignal): () => DemoState {
  let state = initialState();
  const follow = async () => {
    while (!signal.aborted) {
      try {
        const response = await fetch(new URL('/api/state', controlUrl), { signal: AbortSignal.timeout(patience) });
        if (response.ok) {
          state = (await response.json()) as DemoState;
        }
      } catch {
        // The control is being started or stopped: the shop goes on as it is.
      }
      await wait(interval, undefined, { signal }).catch(() => undefined);
    }
  };
  void follow();
  return () => state;
}
