/** A service on Fastify 5 whose requests are split by flag. */
import { createInstrumentation } from '@flaglens/instrumentation';
import { fastifyMetrics, flaglensFastify } from '@flaglens/instrumentation/fastify';
import { OpenFeature } from '@openfeature/server-sdk';
import fastify, { type FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { exampleProvider, flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({ registry, openFeature: OpenFeature, flags });
await OpenFeature.setProviderAndWait(exampleProvider());
const client = OpenFeature.getClient();

const app = fastify();
await app.register(flaglensFastify, { requests: flaglens.requests }); // before the routes
app.get('/metrics', { config: { flaglens: false } }, fastifyMetrics(registry));

const newPrices = (request: FastifyRequest) =>
  client.getBooleanValue('new-prices', false, { targetingKey: String(request.headers['x-user']) });

app.get<{ Params: { id: string } }>('/products/:id', async (request) => {
  const cheaper = await newPrices(request);
  return { id: request.params.id, price: cheaper ? 9 : 10 };
});

app.get('/broken', async (request) => {
  await newPrices(request);
  throw new Error('no prices today');
});

await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });
console.log('listens on', app.server.address());
