/** A worker without requests: what it does with each message of a queue is split by flag. */
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createInstrumentation, metricsHandler } from '@flaglens/instrumentation';
import { OpenFeature } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { exampleProvider, flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({
  registry,
  openFeature: OpenFeature,
  flags,
  routes: [{ method: 'RUN', route: 'write-invoice' }], // so that its series start at zero
});
await OpenFeature.setProviderAndWait(exampleProvider());
const client = OpenFeature.getClient();

/** Stands for a message queue: the users whose invoices are to be written. */
const queue = Array.from({ length: 100 }, (_, index) => `user-${index}`);

async function writeInvoice(user: string): Promise<void> {
  const cheaper = await client.getBooleanValue('new-prices', false, { targetingKey: user });
  await pause(cheaper ? 2 : 1);
  if (user.endsWith('7')) {
    throw new Error('this user has no address');
  }
}

async function work(): Promise<void> {
  for (let user = queue.shift(); user !== undefined; user = queue.shift()) {
    const of = user;
    await flaglens.run({ route: 'write-invoice' }, () => writeInvoice(of)).catch(() => undefined);
  }
}

const server = createServer(metricsHandler(registry));
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log('listens on', server.address());
});
await Promise.all([work(), work(), work()]);
