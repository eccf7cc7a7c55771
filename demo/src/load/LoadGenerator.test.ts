import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { seeded } from '../random';
import { LoadGenerator } from './LoadGenerator';

interface Visit {
  at: number;
  user: string;
  route: string;
}

let server: Server;
let visits: Visit[];
let load: LoadGenerator | undefined;

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  visits = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/\d+$/, ':id');
    visits.push({
      at: performance.now(),
      user: String(request.headers['x-user']),
      route: `${String(request.method)} ${path}`,
    });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs the load until it has made so many visits; answers how many a second that was. */
async function run(target: string, rps: number, total: number): Promise<number> {
  load = new LoadGenerator({ targets: [target], rps: () => rps, random: seeded(3) });
  const begun = performance.now();
  load.start();
  while (visits.length < total) {
    await wait(20);
  }
  return visits.length / ((performance.now() - begun) / 1000);
}

afterEach(async () => {
  load?.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('sends the rate that it is given, whatever the answers take', async () => {
  // Closed loops would send less the slower the answers are; these take longer than the test.
  const target = await listen(() => undefined);
  const rate = await run(target, 100, 200);
  expect(rate).toBeGreaterThan(60);
  expect(rate).toBeLessThan(140);
});

test('keeps no more than 500 requests waiting for a shop that hangs', async () => {
  const target = await listen(() => undefined);
  await run(target, 200, 500);
  await wait(1000);
  expect(visits).toHaveLength(500);
});

test('spreads many users over the routes', async () => {
  const target = await listen((_request, response) => response.end());
  await run(target, 200, 400);
  const share = (route: string) => visits.filter((visit) => visit.route === route).length / visits.length;
  expect(new Set(visits.map(({ user }) => user)).size).toBeGreaterThan(300);
  expect(share('GET /products/:id')).toBeGreaterThan(0.3);
  expect(share('GET /search')).toBeGreaterThan(0.25);
  expect(share('POST /checkout')).toBeGreaterThan(0.15);
});

test('sends nothing at a rate of zero, nor once it is stopped', async () => {
  const target = await listen((_request, response) => response.end());
  await run(target, 200, 10);
  load?.stop();
  await wait(100);
  const before = visits.length;
  load = new LoadGenerator({ targets: [target], rps: () => 0 });
  load.start();
  await wait(300);
  expect(visits).toHaveLength(before);
});

test('survives an instance that is not there, and comes back to it', async () => {
  let refuse = true;
  const target = await listen((request, response) => (refuse ? request.socket.destroy() : response.end()));
  await run(target, 200, 20);
  refuse = false;
  const before = visits.length;
  while (visits.length < before + 20) {
    await wait(20);
  }
  expect(visits.length).toBeGreaterThanOrEqual(40);
});
