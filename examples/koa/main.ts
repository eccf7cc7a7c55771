/** A service on Koa 3 (or 2) with @koa/router whose requests are split by flag. */
import { createInstrumentation } from '@flaglens/instrumentation';
import { flaglensKoa, koaMetrics } from '@flaglens/instrumentation/koa';
import Router from '@koa/router';
import { OpenFeature } from '@openfeature/server-sdk';
import Koa from 'koa';
import { Registry } from 'prom-client';
import { exampleProvider, flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({ registry, openFeature: OpenFeature, flags });
await OpenFeature.setProviderAndWait(exampleProvider());
const client = OpenFeature.getClient();

const app = new Koa();
app.silent = true; // this example's errors are on purpose
app.use(flaglensKoa({ requests: flaglens.requests, ignore: ({ path }) => path === '/metrics' }));

const router = new Router();
router.get('/metrics', koaMetrics(registry));

router.get('/products/:id', async (context) => {
  const cheaper = await client.getBooleanValue('new-prices', false, { targetingKey: context.get('x-user') });
  context.body = { id: context.params.id, price: cheaper ? 9 : 10 };
});

router.get('/broken', async (context) => {
  await client.getBooleanValue('new-prices', false, { targetingKey: context.get('x-user') });
  throw new Error('no prices today');
});

app.use(router.routes());
const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log('listens on', server.address());
});
