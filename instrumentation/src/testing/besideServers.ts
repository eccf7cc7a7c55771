import type { Client } from '@openfeature/server-sdk';
import express, { type RequestHandler } from 'express';
import promBundle from 'express-prom-bundle';
import fastify from 'fastify';
import fastifyMetrics from 'fastify-metrics';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import apiMetrics from 'prometheus-api-metrics';
import type { Instrumentation } from '../createInstrumentation.js';
import { flaglensExpress } from '../requests/express.js';
import { flaglensFastify } from '../requests/fastify.js';
import { pause, serve, type TestServer } from './http.js';

/** A service that another library of metrics serves as well, by its own `/metrics`. */
export interface Beside {
  /** Where the other library registers its metrics. */
  registry: Registry;
  /** Makes this library's part, before or after the other's as `order` says. */
  instrument: () => { instrumentation: Instrumentation; client: Client };
  order: Order;
}

/** Which of both comes first. The last has the other made late: at the first request, or while the server gets ready. */
export const ORDERS = ['ours first', 'theirs first', 'ours first, theirs late'] as const;
export type Order = (typeof ORDERS)[number];

/** Another library, and by what its metric differs from this one's. */
interface Library {
  start: (beside: Beside) => Promise<TestServer>;
  /** Names of the labels of its `http_request_duration_seconds`, sorted. */
  labelNames: readonly string[];
  /** How many buckets it has, the last included; this library's has 15. */
  buckets: number;
  /** The registries that it is tested on: the global one of prom-client, or one of the service's own. */
  registries: ReadonlyArray<'global' | 'own'>;
}

async function expressServer(beside: Beside, theirs: () => RequestHandler): Promise<TestServer> {
  const app = express();
  const ours = () => {
    const { instrumentation, client } = beside.instrument();
    app.use(flaglensExpress({ requests: instrumentation.requests }));
    return client;
  };
  let client: Client;
  if (beside.order === 'theirs first') {
    app.use(theirs());
    client = ours();
  } else {
    client = ours();
    let loaded = beside.order === 'ours first' ? theirs() : undefined;
    app.use((request, response, next) => (loaded ??= theirs())(request, response, next));
  }
  app.get('/items/:id', async (request, response) => {
    await pause(Math.random() * 4);
    const targetingKey = String(request.headers['x-user']);
    response.send(await client.getBooleanValue('checkout-v2', false, { targetingKey }));
  });
  return serve(app);
}

async function fastifyServer({ registry, instrument, order }: Beside, own: boolean): Promise<TestServer> {
  const app = fastify();
  const theirs = () =>
    app.register(fastifyMetrics, {
      defaultMetrics: { enabled: true, ...(own ? { register: registry } : {}) },
      routeMetrics: own
        ? { overrides: { histogram: { registers: [registry] }, summary: { registers: [registry] } } }
        : {},
    });
  if (order === 'theirs first') {
    await theirs();
  }
  const { instrumentation, client } = instrument();
  await app.register(flaglensFastify, { requests: instrumentation.requests });
  if (order === 'ours first') {
    await theirs();
  } else if (order !== 'theirs first') {
    // Fastify takes no plugin later than this: it loads when the server becomes ready.
    void theirs();
  }
  await app.register((routes, _options, done) => {
    routes.get('/items/:id', async (request) => {
      await pause(Math.random() * 4);
      return client.getBooleanValue('checkout-v2', false, { targetingKey: String(request.headers['x-user']) });
    });
    done();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      const closed = app.close();
      app.server.closeAllConnections();
      await closed;
    },
  };
}

/** Libraries that register `http_request_duration_seconds`, each as its own documentation sets it up. */
export const LIBRARIES = {
  'express-prom-bundle': {
    start: (beside) =>
      expressServer(beside, () =>
        promBundle({ includeMethod: true, includePath: true, promRegistry: beside.registry, includeUp: false })
      ),
    labelNames: ['method', 'path', 'status_code'],
    buckets: 7,
    registries: ['global', 'own'],
  },
  'fastify-metrics': {
    start: (beside) => fastifyServer(beside, false),
    labelNames: ['method', 'route', 'status_code'],
    buckets: 12,
    registries: ['global'],
  },
  'fastify-metrics with a registry of its own': {
    start: (beside) => fastifyServer(beside, true),
    labelNames: ['method', 'route', 'status_code'],
    buckets: 12,
    registries: ['own'],
  },
  // It looks the name up first, and records into what it finds.
  'prometheus-api-metrics': {
    start: (beside) => expressServer(beside, () => apiMetrics()),
    labelNames: ['code', 'method', 'route'],
    buckets: 10,
    registries: ['global'],
  },
} satisfies Readonly<Record<string, Library>>;
