import fastify from 'fastify';
import { connect, createServer, type ClientHttp2Session, type Http2ServerResponse } from 'node:http2';
import { connect as connectSocket, type AddressInfo, type Socket } from 'node:net';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation } from '../createInstrumentation.js';
import { eventually, pause } from '../testing/http.js';
import { matching, readMetrics } from '../testing/readMetrics.js';
import { flaglensFastify } from './fastify.js';
import { instrumentHandler } from './instrumentHandler.js';

function setup() {
  const registry = new Registry();
  const { requests } = createInstrumentation({ registry, routes: [], onWarning: () => {} });
  /** The statuses that were recorded, once for each request; the clients of the tests send one each. */
  const statuses = async () =>
    matching(await readMetrics(registry), `${METRICS.requestDuration}_count`).map(
      ({ labels, value }) => `${String(labels.status)} ${String(value)}`
    );
  return { requests, statuses };
}

async function serveHttp2(listener: RequestListener) {
  const server = createServer((request, response) =>
    listener(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  );
  server.on('sessionError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** One request on a connection of its own. */
function ask(port: number) {
  let socket: Socket | undefined;
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${String(port)}`, {
    createConnection: () => (socket = connectSocket(port, '127.0.0.1')),
  });
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => undefined).resume();
  return {
    stream,
    reset: () => socket?.resetAndDestroy(),
    lose: () => socket?.destroy(),
    end: () => session.destroy(),
  };
}

type Client = ReturnType<typeof ask>;

test.each<[string, string, (response: Http2ServerResponse) => void, (client: Client) => void]>([
  ['that is complete', '200 1', (response) => void response.end('done'), () => {}],
  ['without a body', '304 1', (response) => void response.writeHead(304).end(), () => {}],
  ['that the client cancels before it begins', '499 1', () => {}, ({ stream }) => stream.close(8)],
  ['that the client cancels', '499 1', (response) => void response.write('half'), ({ stream }) => stream.close(8)],
  ['whose connection the client closes', '499 1', (response) => void response.write('half'), ({ lose }) => lose()],
  ['whose connection breaks', '499 1', (response) => void response.write('half'), ({ reset }) => reset()],
  ['that the server breaks off', '500 1', (response) => void response.stream.destroy(), () => {}],
  [
    'that fails at the service behind',
    '500 1',
    (response) => {
      response.write('half');
      response.stream.on('error', () => undefined);
      response.stream.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    },
    () => {},
  ],
])('an answer over HTTP/2 %s counts as what became of it', async (_name, expected, answer, leave) => {
  const { requests, statuses } = setup();
  const handler = (_request: IncomingMessage, response: ServerResponse) =>
    answer(response as unknown as Http2ServerResponse);
  const server = await serveHttp2(instrumentHandler(handler, { requests }));
  const client = ask(server.port);
  await pause(50);
  leave(client);
  await eventually(async () => (await statuses()).length > 0);
  client.end();
  await pause(20);

  expect(await statuses()).toEqual([expected]);
  server.close();
});

test('Fastify over HTTP/2 counts a request that its client cancels as 499', async () => {
  const { requests, statuses } = setup();
  const app = fastify({ http2: true });
  await app.register(flaglensFastify, { requests });
  app.get('/', (_request, reply) => void reply.hijack());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const client = ask((app.server.address() as AddressInfo).port);
  await pause(50);
  client.stream.close(8);
  await eventually(async () => (await statuses()).includes('499 1'));
  client.end();
  await app.close();
});
