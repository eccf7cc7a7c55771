/** A service on node:http alone whose requests are split by flag. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInstrumentation, instrumentHandler, metricsHandler } from '@flaglens/instrumentation';
import { OpenFeature } from '@openfeature/server-sdk';
import { Registry } from 'prom-client';
import { exampleProvider, flags } from '../flags';

const registry = new Registry();
const flaglens = createInstrumentation({ registry, openFeature: OpenFeature, flags });
await OpenFeature.setProviderAndWait(exampleProvider());
const client = OpenFeature.getClient();

/** The patterns of the service's routes: what is recorded is never a path with ids in it. */
const patterns: Array<[RegExp, string]> = [
  [/^\/products\/([^/]+)$/, '/products/:id'],
  [/^\/broken$/, '/broken'],
];

function routeOf({ url = '' }: IncomingMessage): string | undefined {
  return patterns.find(([pattern]) => pattern.test(url))?.[1];
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = routeOf(request);
  if (route === undefined) {
    response.writeHead(404).end();
    return;
  }
  const cheaper = await client.getBooleanValue('new-prices', false, {
    targetingKey: String(request.headers['x-user']),
  });
  if (route === '/broken') {
    response.writeHead(500).end();
    return;
  }
  response.end(JSON.stringify({ id: request.url?.split('/')[2], price: cheaper ? 9 : 10 }));
}

const shop = instrumentHandler(answer, { requests: flaglens.requests, route: routeOf });
const metrics = metricsHandler(registry);
const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    metrics(request, response);
  } else {
    shop(request, response);
  }
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log('listens on', server.address());
});
