/**
 * The control of the demo, and the load: SHOP_URLS names the instances that it sends requests to, RPS how many;
 * HISTORY_UNTIL, in unix seconds, is when the simulated past in the demo's Prometheus ends.
 */
import { LoadGenerator } from '../load/LoadGenerator';
import { randomFromEnvironment } from '../random';
import { serve } from '../serve';
import { initialState, withLoad } from '../state';
import { createControl, type StateHolder } from './createControl';

const holder: StateHolder = { state: initialState() };
if (process.env.RPS !== undefined) {
  holder.state = withLoad(holder.state, Number(process.env.RPS));
}
const random = randomFromEnvironment('control');
const historyUntil = process.env.HISTORY_UNTIL === undefined ? undefined : Number(process.env.HISTORY_UNTIL);

let load: LoadGenerator | undefined;

/** Begins to send requests; a parent tells the addresses once the instances listen. */
function begin(targets: readonly string[]): void {
  load?.stop();
  load = new LoadGenerator({ targets, rps: () => holder.state.rps, random });
  load.start();
}

process.on('message', (message: { targets?: string[] }) => {
  if (message.targets) {
    begin(message.targets);
  }
});
const named = (process.env.SHOP_URLS ?? '').split(',').filter((url) => url !== '');
if (named.length > 0) {
  begin(named);
}
await serve('control', createControl(holder, historyUntil), () => load?.stop());
