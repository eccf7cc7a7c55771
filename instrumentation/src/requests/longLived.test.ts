import websocket from '@fastify/websocket';
import { OpenFeature, type Client } from '@openfeature/server-sdk';
import express from 'express';
import express4 from 'express4';
import expressWs from 'express-ws';
import fastify from 'fastify';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import { eventually, pause, serve } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';
import { flaglensExpress } from './express.js';
import { flaglensFastify } from './fastify.js';
import { instrumentUpgrades } from './instrumentUpgrades.js';

jest.setTimeout(60_000);

/** A message as text, however the connection gives it: the older `ws` of express-ws gives texts as strings. */
function textOf(data: RawData | string): string {
  if (typeof data === 'string') {
    return data;
  }
  const parts = Array.isArray(data) ? data : [data instanceof ArrayBuffer ? Buffer.from(data) : data];
  return Buffer.concat(parts).toString('utf8');
}

const UNTAGGED = `${METRICS.requestDuration}_count`;
const TAGGED = `${METRICS.flagRequestDuration}_count`;

let registry: Registry;
let instrumentation: Instrumentation;
let client: Client;

beforeEach(async () => {
  registry = new Registry();
  instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS });
  client = await testClient(instrumentation.hooks);
});

afterAll(() => OpenFeature.close());

const evaluate = () => client.getBooleanValue('checkout-v2', false, { targetingKey: '2' });
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** What was counted, as `route status count`. */
async function counted(name = UNTAGGED): Promise<string[]> {
  return matching(await readMetrics(registry), name)
    .filter(({ value }) => value > 0)
    .map(({ labels, value }) => `${labels.route ?? ''} ${labels.status ?? ''} ${String(value)}`)
    .sort();
}

/** Servers of sockets on `/chat/:room`: a message is echoed, by a unit of work of its own. Anything else is refused. */
const SOCKETS: Record<string, () => Promise<{ server: Server; close: () => unknown }>> = {
  'express-ws': async () => {
    // It was made for Express 4.
    const app = expressWs(express4()).app;
    app.use(flaglensExpress(instrumentation));
    app.ws('/chat/:room', (socket) => {
      socket.on('message', (data) => void echo((answer) => socket.send(answer), textOf(data)));
    });
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return { server, close: () => server.close() };
  },
  '@fastify/websocket': async () => {
    const app = fastify();
    await app.register(flaglensFastify, { requests: instrumentation.requests });
    await app.register(websocket);
    app.get('/chat/:room', { websocket: true }, (socket) => {
      socket.on('message', (data) => void echo((answer) => socket.send(answer), textOf(data)));
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { server: app.server, close: () => app.close() };
  },
  ws: async () => {
    const server = createServer();
    const route = ({ url = '' }: IncomingMessage) => (url.startsWith('/chat/') ? '/chat/:room' : undefined);
    instrumentUpgrades(server, { requests: instrumentation.requests, route });
    const sockets = new WebSocketServer({
      server,
      verifyClient: ({ req }: { req: IncomingMessage }) => req.url?.startsWith('/chat/') === true,
    });
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => void echo((answer) => socket.send(answer), textOf(data)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      server,
      close: () => {
        sockets.close();
        server.close();
      },
    };
  },
};

const echo = (answer: (text: string) => void, text: string) =>
  instrumentation.run({ route: 'chat-message' }, async () => answer(`${text} ${String(await evaluate())}`));

/** Opens a socket, sends so many messages, waits for their answers and for as long as it is to live, and leaves. */
function talk(port: number, path: string, messages: number, leave: 'close' | 'terminate', life = 0): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${path}`);
    let answers = 0;
    socket.on('open', () => {
      for (let i = 0; i < messages; i++) {
        socket.send('hello');
      }
    });
    socket.on('message', () => {
      if (++answers === messages) {
        setTimeout(() => socket[leave](), life);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

describe.each(Object.entries(SOCKETS))('WebSockets: %s', (_name, start) => {
  test('an upgrade counts once, its life is no latency, and messages are work of their own', async () => {
    const { server, close } = await start();
    const talks = Array.from({ length: 6 }, (_, i) =>
      talk(portOf(server), `/chat/${String(1000 + i)}`, 3, i % 2 === 0 ? 'close' : 'terminate', 1500)
    );
    await Promise.all(talks);
    await talk(portOf(server), '/nowhere', 1, 'close');
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 6 + 18 + 1);
    await close();

    const lines = await counted();
    expect(lines).toContain('/chat/:room 101 6');
    expect(lines).toContain('chat-message 200 18');
    expect(lines.find((line) => line.startsWith('unmatched'))).toMatch(/^unmatched 40\d 1$/);
    expect(await counted(TAGGED)).toEqual(['chat-message 200 18']);
    // Six lives of 1.5 seconds would be nine.
    const seconds = sum(await readMetrics(registry), `${METRICS.requestDuration}_sum`, { status: '101' });
    expect(seconds).toBeLessThan(6);
    expect(sum(await readMetrics(registry), METRICS.internalErrors)).toBe(0);
  });
});

describe('server-sent events', () => {
  const app = () => {
    const server = express();
    server.use(flaglensExpress(instrumentation));
    server.get('/short', async (_request, response) => {
      response.send(await evaluate());
    });
    server.get('/stream', async (request, response) => {
      await evaluate();
      if (request.query.headers === 'given') {
        response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      } else {
        response.setHeader('content-type', 'text/event-stream');
      }
      response.write('data: 1\n\n');
      if (request.query.end === 'torn') {
        setTimeout(() => response.destroy(), 800);
      } else if (request.query.end === 'soon') {
        setTimeout(() => response.end(), 800);
      }
    });
    server.get('/refused', (_request, response) => {
      response.status(503).setHeader('content-type', 'text/event-stream').end();
    });
    return serve(server);
  };

  /** Reads a stream until it ends; resolves when it does, or `leaveAfter` milliseconds later. */
  const listen = (port: number, path: string, leaveAfter?: number) =>
    new Promise<void>((resolve) => {
      const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.on('close', () => resolve()).resume();
        response.on('error', () => undefined);
        if (leaveAfter !== undefined) {
          setTimeout(() => request.destroy(), leaveAfter);
        }
      });
      request.on('error', () => resolve());
    });

  test('are counted when they begin, with the time until then; their lives and ends have series of their own', async () => {
    const server = await app();
    const open = [
      listen(server.port, '/stream?end=soon'),
      listen(server.port, '/stream?end=torn&headers=given'),
      listen(server.port, '/stream?headers=given', 800),
    ];
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED, { route: '/stream' }) === 3);
    const streams = `${METRICS.streamDuration}_count`;
    expect(sum(await readMetrics(registry), streams)).toBe(0);
    expect(matching(await readMetrics(registry), `feature_flag_${streams}`)).not.toEqual([]);
    await Promise.all(open);
    await Promise.all(['/short', '/refused'].map((path) => listen(server.port, path)));
    await eventually(async () => sum(await readMetrics(registry), streams) === 3);
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 5);
    await server.close();

    expect(await counted()).toEqual(['/refused 503 1', '/short 200 1', '/stream 200 3']);
    expect(await counted(TAGGED)).toEqual(['/short 200 1', '/stream 200 3']);
    expect(await counted(streams)).toEqual(['/stream 200 1', '/stream 499 1', '/stream 500 1']);
    expect(await counted(`feature_flag_${streams}`)).toEqual(['/stream 200 1', '/stream 499 1', '/stream 500 1']);
    const samples = await readMetrics(registry);
    expect(sum(samples, `${METRICS.streamDuration}_sum`)).toBeGreaterThan(2);
    expect(sum(samples, METRICS.internalErrors)).toBe(0);
  });

  test('flags that are evaluated while the stream goes on are its own', async () => {
    const server = express();
    server.use(flaglensExpress(instrumentation));
    server.get('/stream', (_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: 1\n\n');
      void pause(50).then(async () => response.end(`data: ${String(await evaluate())}\n\n`));
    });
    const { port, close } = await serve(server);
    await listen(port, '/stream');
    await eventually(async () => sum(await readMetrics(registry), TAGGED) === 1);
    await close();

    expect(await counted()).toEqual(['/stream 200 1']);
  });
});
