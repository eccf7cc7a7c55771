import Router from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { get, request as send } from 'node:http';
import { createGunzip } from 'node:zlib';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import { fastifyMetrics } from '../requests/fastify.js';
import { koaMetrics } from '../requests/koa.js';
import { serve, type TestServer } from '../testing/http.js';
import { metricsHandler } from './metricsHandler.js';

function makeRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Counter({ name: 'orders_total', help: 'Orders', registers: [registry] }).inc(5);
  return registry;
}

/** Sends a request with exactly these headers; answers what comes back, unzipped. */
function scrape(port: number, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const outgoing = (method === 'GET' ? get : send)(
      { host: '127.0.0.1', port, path: '/metrics', headers, method },
      (response) => {
        let text = '';
        const body =
          response.headers['content-encoding'] === 'gzip' && method === 'GET'
            ? response.pipe(createGunzip())
            : response;
        body.on('data', (chunk: Buffer) => (text += chunk.toString()));
        body.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      }
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const servers: Array<[string, (registry: Registry) => Promise<TestServer>]> = [
  ['node:http', (registry) => serve(metricsHandler(registry))],
  [
    'express',
    (registry) => {
      const app = express();
      app.get('/metrics', metricsHandler(registry));
      return serve(app);
    },
  ],
  [
    'fastify',
    async (registry) => {
      const app = fastify();
      app.get('/metrics', fastifyMetrics(registry));
      await app.ready();
      return serve((request, response) => app.routing(request, response));
    },
  ],
  [
    'koa',
    (registry) => {
      const app = new Koa();
      app.silent = true;
      const router = new Router();
      router.get('/metrics', koaMetrics(registry));
      const listener = app.use(router.routes()).callback();
      return serve((request, response) => void listener(request, response));
    },
  ],
];

describe.each(servers)('%s', (_name, start) => {
  test('answers either format, compressed or not, and HEAD without a body', async () => {
    const server = await start(makeRegistry());

    const text = await scrape(server.port, {});
    const open = await scrape(server.port, { accept: 'application/openmetrics-text', 'accept-encoding': 'gzip' });
    const head = await scrape(server.port, { 'accept-encoding': 'gzip' }, 'HEAD');
    await server.close();

    expect(text).toMatchObject({
      status: 200,
      headers: { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE },
      text: expect.stringContaining('\norders_total 5\n') as string,
    });
    expect(text.headers['content-encoding']).toBeUndefined();
    expect(open).toMatchObject({
      status: 200,
      headers: { 'content-type': Registry.OPENMETRICS_CONTENT_TYPE, 'content-encoding': 'gzip' },
      text: expect.stringMatching(/\norders_total 5\n[^]*# EOF\n$/) as string,
    });
    expect(head).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' }, text: '' });
  });

  test('answers 500 with a reason where a metric fails', async () => {
    const registry = new Registry();
    new Counter({
      name: 'orders_total',
      help: 'Orders',
      registers: [registry],
      collect: () => {
        throw new Error('not today');
      },
    });
    const warned: string[] = [];
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation((warning) => void warned.push(String(warning)));
    const server = await start(registry);

    const answer = await scrape(server.port, { 'accept-encoding': 'gzip' });
    await server.close();
    emit.mockRestore();

    expect(answer).toMatchObject({
      status: 500,
      text: 'The metrics could not be collected: the metric "orders_total" failed.\n',
    });
    expect(warned).toEqual([
      expect.stringMatching(/^flaglens: a scrape failed: the metric "orders_total" could not be collected: Error at /),
    ]);
    expect(warned[0]).not.toContain('not today');
  });
});
