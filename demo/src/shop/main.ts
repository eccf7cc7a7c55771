/**
 * One instance of the shop. CONTROL_URL is where its flags and faults come from, INSTANCE its name. Where OTLP_URL says
 * where spans go, it is traced, and its checkout charges at PAYMENTS_URL.
 */
import { randomFromEnvironment } from '../random';
import { serve } from '../serve';
import { tracingFromEnvironment } from '../tracing/tracingFromEnvironment';
import { chargesAt } from './charging';
import { createShop, type ShopOptions } from './createShop';
import { followControl } from './followControl';

const { CONTROL_URL: controlUrl, PAYMENTS_URL: paymentsUrl } = process.env;
if (!controlUrl) {
  console.error('CONTROL_URL is not set: it is the address of the demo control, such as http://127.0.0.1:4100.');
  process.exit(1);
}
const ending = new AbortController();
const instance = process.env.INSTANCE ?? 'shop';
// Before the server is made, so that its first request is traced.
const tracing = await tracingFromEnvironment('shop');
const traced: ShopOptions['traced'] = tracing && {
  tracing: tracing.running,
  ...(paymentsUrl && { charge: chargesAt(paymentsUrl, tracing.tracedFetch) }),
  onFailure: (route, error) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(JSON.stringify({ time: new Date().toISOString(), instance, route, reason, ...tracing.traceFields() }));
  },
};
const followed = followControl(controlUrl, ending.signal);
await followed.begun;
const app = await createShop({
  state: followed.state,
  random: randomFromEnvironment(instance),
  ...(traced && { traced }),
});
await serve(
  instance,
  app,
  () => ending.abort(),
  () => tracing?.running.shutdown()
);
