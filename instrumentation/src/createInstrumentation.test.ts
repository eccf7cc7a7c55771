import { OpenFeature } from '@openfeature/server-sdk';
import express from 'express';
import { Registry } from 'prom-client';
import { METRICS } from './floor/conventions.js';
import { createInstrumentation } from './createInstrumentation.js';
import { flaglensExpress } from './requests/express.js';
import { eventually, send, serve } from './testing/http.js';
import { testProvider } from './testing/openFeature.js';
import { readMetrics, sum } from './testing/readMetrics.js';

afterEach(() => {
  OpenFeature.clearHooks();
  return OpenFeature.close();
});

test('two lines record the requests of a service by flag', async () => {
  const registry = new Registry();
  const app = express();
  const flaglens = createInstrumentation({ registry, openFeature: OpenFeature });
  app.use(flaglensExpress(flaglens));

  await OpenFeature.setProviderAndWait(testProvider());
  app.get('/cart', async (_request, response) => {
    response.json(await OpenFeature.getClient().getBooleanValue('checkout-v2', false, { targetingKey: '2' }));
  });
  const server = await serve(app);
  await send(server.port, { path: '/cart' });
  const labels = { feature_flag_key: 'checkout-v2', feature_flag_variant: 'on', route: '/cart' };
  const counted = async () => sum(await readMetrics(registry), `${METRICS.flagRequestDuration}_count`, labels);
  await eventually(async () => (await counted()) === 1);
  expect(sum(await readMetrics(registry), METRICS.evaluationSuccesses, { feature_flag_key: 'checkout-v2' })).toBe(1);
  await server.close();
});

test('goes on where the hooks cannot be added', () => {
  const warnings: string[] = [];
  const { hooks } = createInstrumentation({
    registry: new Registry(),
    openFeature: {
      addHooks: () => {
        throw new Error('not now');
      },
    },
    onWarning: (message) => warnings.push(message),
  });
  expect(hooks).not.toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/^flaglens: addHooks failed: Error at /)]);
});
