import Router from '@koa/router';
import type { Client } from '@openfeature/server-sdk';
import express, { type Request } from 'express';
import express4 from 'express4';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import Koa from 'koa';
import Koa2 from 'koa2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instrumentation } from '../createInstrumentation.js';
import { flaglensExpress } from '../requests/express.js';
import { flaglensFastify } from '../requests/fastify.js';
import { instrumentHandler } from '../requests/instrumentHandler.js';
import { flaglensKoa } from '../requests/koa.js';
import { pause, serve, type TestServer } from './http.js';

/**
 * The application under test, the same for each framework: `/items/:id` answers what was served and sent, `/throw`
 * fails, `/slow` waits, `/torn` breaks its answer off, `/healthz` is left out, and no route answers `/nowhere`. All but
 * the last two evaluate both flags for the user that the header `x-user` names.
 */
export interface TestApp {
  instrumentation: Instrumentation;
  client: Client;
  /** What the slow route waits for, so that a test and not the clock decides when it would answer. */
  slow: () => Promise<void>;
  /** Called for each user whose request evaluates its flags next. */
  onReceived?: (user: string) => void;
  /** Called for each user that has been served, with what checkout-v2 gave. */
  onServed?: (user: string, on: boolean) => void;
}

/** Evaluates both flags for the user, with asynchronous work before, between and after. */
async function evaluate(
  { client, onReceived, onServed }: TestApp,
  user: string | string[] | undefined
): Promise<boolean> {
  const targetingKey = String(user);
  onReceived?.(targetingKey);
  await pause(Math.random() * 4);
  const on = await client.getBooleanValue('checkout-v2', false, { targetingKey });
  onServed?.(targetingKey, on);
  await pause(Math.random() * 4);
  await client.getStringValue('search-ranking', 'control', { targetingKey });
  await pause(Math.random() * 2);
  return on;
}

async function fastifyServer(app: TestApp): Promise<TestServer> {
  const server = fastify();
  await server.register(flaglensFastify, { requests: app.instrumentation.requests });
  server.get('/healthz', { config: { flaglens: false } }, () => 'ok');
  const checkout = async (request: FastifyRequest, reply: FastifyReply) => {
    const on = await evaluate(app, request.headers['x-user']);
    return reply.code(200).send({ on, echo: request.body });
  };
  server.get('/items/:id', checkout);
  server.post('/items/:id', checkout);
  server.get('/throw', async (request) => {
    await evaluate(app, request.headers['x-user']);
    throw new Error('thrown by the application');
  });
  server.get('/slow', async (request) => {
    await evaluate(app, request.headers['x-user']);
    await app.slow();
    return 'late';
  });
  server.get('/torn', async (request, reply) => {
    await evaluate(app, request.headers['x-user']);
    reply.hijack();
    tear(reply.raw);
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  const close = async () => {
    const closed = server.close();
    // Connections that a client opened ahead of any request are not idle to Fastify, and would hold it up.
    server.server.closeAllConnections();
    await closed;
  };
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

function expressServer(create: typeof express, app: TestApp): Promise<TestServer> {
  const server = create();
  server.use(
    flaglensExpress({ requests: app.instrumentation.requests, ignore: (request) => request.path === '/healthz' })
  );
  server.use(create.json());
  server.get('/healthz', (_request, response) => {
    response.send('ok');
  });
  server.all('/items/:id', async (request, response) => {
    const on = await evaluate(app, request.headers['x-user']);
    response.send({ on, echo: request.body as unknown });
  });
  const nested = create.Router();
  const failing = async (request: Request) => {
    await evaluate(app, request.headers['x-user']);
    throw new Error('thrown by the application');
  };
  // Express 4 does not look at what a handler answers.
  nested.get('/throw', create === express ? failing : (request, _, next) => void failing(request).catch(next));
  server.use('/', nested);
  server.get('/slow', async (request, response) => {
    await evaluate(app, request.headers['x-user']);
    await app.slow();
    response.send('late');
  });
  server.get('/torn', async (request, response) => {
    await evaluate(app, request.headers['x-user']);
    tear(response);
  });
  server.set('env', 'test');
  return serve(server);
}

function koaServer(Application: typeof Koa, app: TestApp): Promise<TestServer> {
  const server = new Application();
  server.silent = true;
  server.use(flaglensKoa({ requests: app.instrumentation.requests, ignore: (context) => context.path === '/healthz' }));
  const router = new Router();
  router.get('/healthz', (context) => {
    context.body = 'ok';
  });
  router.register('/items/:id', ['GET', 'POST'], async (context) => {
    let body = '';
    for await (const chunk of context.req) {
      body += String(chunk);
    }
    const on = await evaluate(app, context.headers['x-user']);
    context.body = { on, echo: body === '' ? undefined : (JSON.parse(body) as unknown) };
  });
  router.get('/throw', async (context) => {
    await evaluate(app, context.headers['x-user']);
    throw new Error('thrown by the application');
  });
  router.get('/slow', async (context) => {
    await evaluate(app, context.headers['x-user']);
    await app.slow();
    context.body = 'late';
  });
  router.get('/torn', async (context) => {
    await evaluate(app, context.headers['x-user']);
    context.respond = false;
    tear(context.res);
  });
  server.use(router.routes()).use(router.allowedMethods());
  // Koa's own callback is for servers of node:http, whatever it answers.
  const listener = server.callback();
  return serve((request, response) => void listener(request, response));
}

function nodeServer(app: TestApp): Promise<TestServer> {
  const work = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
    }
    const on = await evaluate(app, request.headers['x-user']);
    if (request.url === '/torn') {
      tear(response);
      return;
    }
    if (request.url === '/slow') {
      await app.slow();
    }
    response.statusCode = request.url === '/throw' ? 500 : request.url === '/nowhere' ? 404 : 200;
    response.end(JSON.stringify({ on, echo: body === '' ? undefined : (JSON.parse(body) as unknown) }));
  };
  const route = (request: IncomingMessage) => {
    const path = request.url ?? '';
    return path === '/nowhere' ? undefined : path.replace(/^\/items\/.*/, '/items/:id');
  };
  return serve(
    instrumentHandler(
      (request, response) => {
        if (request.url === '/healthz') {
          return response.end('ok');
        }
        return work(request, response);
      },
      { requests: app.instrumentation.requests, route, ignore: (request) => request.url === '/healthz' }
    )
  );
}

/** A server that breaks its own answer in the middle. */
function tear(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('half of it', () => response.socket?.destroy());
}

/** A server of each framework and version. */
export const SERVERS: ReadonlyArray<readonly [name: string, start: (app: TestApp) => Promise<TestServer>]> = [
  ['fastify', fastifyServer],
  ['express', (app) => expressServer(express, app)],
  ['express 4', (app) => expressServer(express4, app)],
  ['koa', (app) => koaServer(Koa, app)],
  ['koa 2', (app) => koaServer(Koa2, app)],
  ['node:http', nodeServer],
];
