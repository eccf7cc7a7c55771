/**
 * A service that takes the events of browsers, in a process of its own. It writes the port that it listens on to stdout.
 * The environment's SITE is an origin whose pages may send to `/listed`.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  collectorHandler,
  createInstrumentation,
  metricsHandler,
  type EventDefinition,
} from '@flaglens/instrumentation';
import { Registry } from 'prom-client';

const inBrowser: EventDefinition = { layer: 'user', browser: true };
const names = ['product_added', 'product_viewed', 'page_left', 'page_shown', 'form_sent', 'order_paid'];

const registry = new Registry();
const { events } = createInstrumentation({
  registry,
  flags: [
    { key: 'checkout-v2', variants: ['off', 'on', 'true'] },
    { key: 'ranking', variants: ['control', 'best'] },
    { key: 'search-ranking', variants: ['control', 'best'] },
  ],
  events: {
    definitions: {
      ...Object.fromEntries(names.map((name) => [name, inBrowser])),
      order_completed: {
        ...inBrowser,
        kind: 'revenue',
        amount: 'amount',
        currency: 'currency',
        currencies: ['EUR', 'USD'],
        conversion: 'once',
      },
      button_clicked: { ...inBrowser, kind: 'engagement', target: 'target', targets: ['buy'] },
    },
  },
});

// One visitor of these tests does what a thousand do.
const plenty = { perSecond: 100_000, burst: 100_000 };
// As the page that corrects a sample by its rate sends it.
const limits = { events, perClient: plenty, overall: plenty, sampleRate: 0.25 };
const routes: Record<string, RequestListener> = {
  '/collect': (request, response) => void sameOrigin(request, response),
  '/listed': (request, response) => void listed(request, response),
  '/open': (request, response) => void open(request, response),
  '/metrics': metricsHandler(registry),
};
const sameOrigin = collectorHandler(limits);
const listed = collectorHandler({ ...limits, origins: [process.env.SITE ?? ''] });
const open = collectorHandler({ ...limits, origins: '*' });

const server = createServer((request, response) => {
  const route = routes[request.url ?? ''];
  if (route === undefined) {
    response.writeHead(404).end();
  } else {
    route(request, response);
  }
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
// Ends with the test that started it, however that ends.
process.stdin.resume().on('end', () => process.exit());
