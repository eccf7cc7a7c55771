/** A service on Express 5 (or 4) whose requests are split by flag. */
import { createInstrumentation, metricsHandler } from '@flaglens/instrumentation';
import { flaglensExpress } from '@flaglens/instrumentation/express';
import { OpenFeature } from '@openfeature/server-sdk';
import express, { type Request } from 'express';
import { Registry } from 'prom-client';
import { exampleProvider, flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({ registry, openFeature: OpenFeature, flags });
await OpenFeature.setProviderAndWait(exampleProvider());
const client = OpenFeature.getClient();

const app = express();
app.get('/metrics', metricsHandler(registry)); // before the middleware: scrapes are no requests of users
app.use(flaglensExpress(flaglens));

const newPrices = (request: Request) =>
  client.getBooleanValue('new-prices', false, { targetingKey: String(request.get('x-user')) });

app.get('/products/:id', async (request, response) => {
  const cheaper = await newPrices(request);
  response.json({ id: request.params.id, price: cheaper ? 9 : 10 });
});

app.get('/broken', async (request) => {
  await newPrices(request);
  throw new Error('no prices today');
});

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log('listens on', server.address());
});
