/** One instance of the shop. CONTROL_URL is where its flags and faults come from, INSTANCE its name. */
import { randomFromEnvironment } from '../random';
import { serve } from '../serve';
import { createShop } from './createShop';
import { followControl } from './followControl';

const controlUrl = process.env.CONTROL_URL;
if (!controlUrl) {
  console.error('CONTROL_URL is not set: it is the address of the demo control, such as http://127.0.0.1:4100.');
  process.exit(1);
}
const ending = new AbortController();
const instance = process.env.INSTANCE ?? 'shop';
const followed = followControl(controlUrl, ending.signal);
await followed.begun;
const app = await createShop({ state: followed.state, random: randomFromEnvironment(instance) });
await serve(instance, app, () => ending.abort());
