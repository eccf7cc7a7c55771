/** The payments behind the shop's checkout, which run where the demo is traced. OTLP_URL is where their spans go. */
import { serve } from '../serve';
import { tracingFromEnvironment } from '../tracing/tracingFromEnvironment';
import { createPayments } from './createPayments';

const tracing = await tracingFromEnvironment('payments');
const app = await createPayments(tracing?.running);
await serve(
  'payments',
  app,
  () => undefined,
  () => tracing?.running.shutdown()
);
