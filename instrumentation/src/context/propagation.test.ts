import { OpenFeature, type Client } from '@openfeature/server-sdk';
import { EventEmitter, once } from 'node:events';
import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { nextTick } from 'node:process';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { Registry } from 'prom-client';
import { METRICS } from '../floor/conventions.js';
import { createInstrumentation, type Instrumentation } from '../createInstrumentation.js';
import { instrumentHandler } from '../requests/instrumentHandler.js';
import { eventually, pause, send as sendWhole, serve } from '../testing/http.js';
import { TEST_FLAGS, testClient } from '../testing/openFeature.js';
import { matching, readMetrics, sum } from '../testing/readMetrics.js';

const TAGGED = `${METRICS.flagRequestDuration}_count`;
const UNTAGGED = `${METRICS.requestDuration}_count`;

let registry: Registry;
let instrumentation: Instrumentation;
let client: Client;

beforeEach(async () => {
  registry = new Registry();
  instrumentation = createInstrumentation({ registry, flags: TEST_FLAGS, providerName: 'in-memory' });
  client = await testClient(instrumentation.hooks);
});

afterAll(() => OpenFeature.close());

const evaluate = (user: string) => client.getBooleanValue('checkout-v2', false, { targetingKey: user });

/** Users with even numbers are served `on`, the others `off`: each unit must end in its own variant. */
const UNITS = 40;

/** Counts by variant and route, of those that counted anything. */
async function split(): Promise<string[]> {
  return matching(await readMetrics(registry), TAGGED)
    .filter(({ value }) => value > 0)
    .map(({ labels, value }) => `${String(labels.feature_flag_variant)} ${String(labels.route)} ${String(value)}`)
    .sort();
}

/** A worker pool of one thread: it answers whichever work is ready, from one callback that serves them all. */
class Pool {
  private readonly waiting = new Map<number, (answer: number) => void>();
  private readonly worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', (id) => setTimeout(() => parentPort.postMessage(id), Math.random() * 10));`,
    { eval: true }
  );
  private count = 0;

  constructor() {
    this.worker.on('message', (id: number) => this.waiting.get(id)?.(id));
  }

  run(callback: (answer: number) => void): void {
    const id = this.count++;
    this.waiting.set(id, callback);
    this.worker.postMessage(id);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

/** A queue that one loop works off for all, begun outside of any unit of work. */
class Queue {
  private readonly jobs: Array<() => Promise<void>> = [];
  private readonly timer = setInterval(() => void this.jobs.shift()?.(), 1);

  add(job: () => Promise<void>): void {
    this.jobs.push(job);
  }

  close(): void {
    clearInterval(this.timer);
  }
}

let pool: Pool;
let queue: Queue;

beforeAll(() => {
  pool = new Pool();
  queue = new Queue();
});

afterAll(async () => {
  queue.close();
  await pool.close();
});

/** The ways that work goes on, each of which ends with the flag evaluated for the user. */
const ways: Array<[string, (user: string) => Promise<unknown>]> = [
  [
    'await chains',
    async (user) => {
      await pause(1);
      await Promise.all([pause(2), Promise.resolve()]);
      await evaluate(user);
    },
  ],
  [
    'then chains',
    (user) =>
      Promise.resolve()
        .then(() => pause(1))
        .then(() => evaluate(user)),
  ],
  ['setTimeout', (user) => new Promise((resolve) => setTimeout(() => resolve(evaluate(user)), Math.random() * 5))],
  ['setImmediate', (user) => new Promise((resolve) => setImmediate(() => resolve(evaluate(user))))],
  ['nextTick', (user) => new Promise((resolve) => nextTick(() => resolve(evaluate(user))))],
  ['queueMicrotask', (user) => new Promise((resolve) => queueMicrotask(() => resolve(evaluate(user))))],
  [
    'setInterval',
    (user) =>
      new Promise((resolve) => {
        let ticks = 0;
        const timer = setInterval(() => {
          if (++ticks === 3) {
            clearInterval(timer);
            resolve(evaluate(user));
          }
        }, 1);
      }),
  ],
  [
    'streams and pipeline',
    (user) => {
      const through = new Transform({
        transform: (chunk: Buffer, _encoding, done) => {
          setTimeout(() => void evaluate(user).then(() => done(null, chunk)), 1);
        },
      });
      const sink = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) });
      return pipeline(Readable.from(['a', 'b', 'c']), through, sink);
    },
  ],
  [
    'async iteration',
    async (user) => {
      for await (const chunk of Readable.from(['a', 'b'])) {
        expect(chunk).toBeDefined();
        await evaluate(user);
      }
    },
  ],
  [
    'an emitter of its own',
    (user) => {
      const emitter = new EventEmitter();
      const answered = new Promise((resolve) => emitter.once('go', () => resolve(evaluate(user))));
      setTimeout(() => emitter.emit('go'), 1);
      return answered;
    },
  ],
  [
    'a bound listener of an emitter of all',
    (user) =>
      new Promise((resolve) =>
        sharedEmitter.once(
          'go',
          instrumentation.bind(() => resolve(evaluate(user)))
        )
      ),
  ],
  [
    'a bound callback of a worker pool',
    (user) => new Promise((resolve) => pool.run(instrumentation.bind(() => resolve(evaluate(user))))),
  ],
  [
    'a bound job of a queue',
    (user) =>
      new Promise<void>((resolve) => queue.add(instrumentation.bind(() => evaluate(user).then(() => resolve())))),
  ],
];

const sharedEmitter = new EventEmitter().setMaxListeners(1000);

test.each(ways)('the flags of concurrent work are kept apart across %s', async (_name, way) => {
  const ticking = setInterval(() => sharedEmitter.emit('go'), 3);
  await Promise.all(
    Array.from({ length: UNITS }, (_, index) => instrumentation.run({ route: 'job' }, () => way(String(index))))
  );
  clearInterval(ticking);
  expect(await split()).toEqual([`off job ${String(UNITS / 2)}`, `on job ${String(UNITS / 2)}`]);
});

test('a callback of a shared worker pool that is not bound belongs to none: binding is what does it', async () => {
  await instrumentation.run({ route: 'job' }, () => new Promise((resolve) => pool.run(() => resolve(evaluate('2')))));
  expect(await split()).toEqual([]);
});

test('a bound function keeps its arguments, its answer and its this', () => {
  const bound = instrumentation.bind(function (this: { factor: number }, a: number, b: number) {
    return this.factor * (a + b);
  });
  expect(bound.call({ factor: 2 }, 3, 4)).toBe(14);
});

describe('listeners of a request and its response, which the connection calls', () => {
  /** Answers when the body has arrived, by events alone. */
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const user = String(request.headers['x-user']);
    const on = String(request.headers['x-on']);
    const go = () => void evaluate(user).then(() => setTimeout(() => response.end(), 5));
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes === 10 && on === 'data') {
        go();
      }
    });
    request.on('end', () => {
      if (on === 'end') {
        go();
      }
      if (on === 'drain') {
        response.write(Buffer.alloc(4_000_000));
        response.once('drain', go);
      }
    });
  };

  /** Sends a body in two packets on one connection that all requests share. */
  const post = async (port: number, on: string, user: string) => {
    const outgoing = send({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/',
      headers: { 'x-user': user, 'x-on': on, 'content-length': '10' },
    });
    outgoing.write('12345');
    await pause(10);
    outgoing.end('67890');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
  };

  test.each([['data'], ['end'], ['drain']])('%s', async (on) => {
    const server = await serve(instrumentHandler(listener, { requests: instrumentation.requests, route: () => '/' }));
    await Promise.all(Array.from({ length: UNITS }, (_, index) => post(server.port, on, String(index))));
    await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === UNITS);
    await server.close();
    expect(await split()).toEqual([`off / ${String(UNITS / 2)}`, `on / ${String(UNITS / 2)}`]);
  });
});

test('what a request leaves behind after its answer is not the request’s any more', async () => {
  let left: Promise<unknown> = Promise.resolve();
  const server = await serve(
    instrumentHandler(
      (_request, response) => {
        response.end('fine');
        left = pause(30).then(() => evaluate('2'));
      },
      { requests: instrumentation.requests, route: () => '/' }
    )
  );
  await sendWhole(server.port, { path: '/' });
  await left;
  await server.close();

  expect(sum(await readMetrics(registry), UNTAGGED)).toBe(1);
  expect(await split()).toEqual([]);
});

test('a request that two middlewares see counts once, as the outer one describes it', async () => {
  const { requests } = instrumentation;
  const inner = instrumentHandler((_request, response) => void evaluate('2').then(() => response.end()), {
    requests,
    route: () => '/inner',
  });
  const server = await serve(instrumentHandler(inner, { requests, route: () => '/outer' }));
  await sendWhole(server.port, { path: '/' });
  await eventually(async () => sum(await readMetrics(registry), UNTAGGED) === 1);
  await pause(20);
  await server.close();

  expect(sum(await readMetrics(registry), UNTAGGED)).toBe(1);
  expect(await split()).toEqual(['on /outer 1']);
});
