import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

let batches = 0;

/** A batch as the browser entry sends it, with what a test puts in its place. */
export function batch(instead: Record<string, unknown> = {}): Record<string, unknown> {
  batches++;
  const now = Date.now();
  return {
    v: 1,
    sent: now,
    dropped: 0,
    id: `batch-${String(batches).padStart(20, '0')}`,
    session: 'session-0123456789abcdef',
    events: [{ n: 'item_added', t: now, f: { 'checkout-v2': 'on' }, p: { item: 'book', count: 1 } }],
    ...instead,
  };
}

const event = (instead: Record<string, unknown>) =>
  JSON.stringify(batch({ events: [{ n: 'item_added', t: Date.now(), ...instead }] }));

type Headers = Readonly<Record<string, string>>;

/** Batches that no browser sends, each with what is wrong with it. */
export const BEACONS: ReadonlyArray<[what: string, body: string | Buffer, headers?: Headers]> = [
  ['nothing', ''],
  ['no JSON', '{"v":1,'],
  ['null', 'null'],
  ['a list', '[]'],
  ['text', '"hello"'],
  ['a number', '1e999'],
  ['no fields', '{}'],
  ['deep lists', '['.repeat(30_000)],
  ['deep lists that end', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
  ['another version', JSON.stringify(batch({ v: 2 }))],
  ['no id', JSON.stringify(batch({ id: undefined }))],
  ['an id of another form', JSON.stringify(batch({ id: 'ada@example.com' }))],
  ['events that are none', JSON.stringify(batch({ events: 'all' }))],
  ['events of nothing', JSON.stringify(batch({ events: [null, 1, 'x', [], {}] }))],
  ['a negative loss', JSON.stringify(batch({ dropped: -5 }))],
  ['a loss without bound', JSON.stringify(batch({ dropped: 1e300 }))],
  ['too many events', JSON.stringify(batch({ events: Array.from({ length: 5000 }, () => ({ n: 'a_b', t: 1 })) }))],
  ['more than 64 KB', JSON.stringify(batch({ padding: 'x'.repeat(1 << 20) }))],
  ['a bomb', gzipSync(Buffer.alloc(50 << 20)), { 'content-encoding': 'gzip' }],
  ['a packing that is none', 'hello', { 'content-encoding': 'gzip' }],
  ['a packing that nobody knows', 'hello', { 'content-encoding': 'zstd-of-the-future' }],
  ['another content type', JSON.stringify(batch()), { 'content-type': 'application/xml' }],
  ['a content type that is none', JSON.stringify(batch()), { 'content-type': ';;;' }],
  ['a name with a line break', event({ n: 'item_added\n' })],
  ['a name of an object', event({ n: { toString: 'no' } })],
  ['the name of a method', event({ n: 'constructor' })],
  [
    'flags of the prototype',
    '{"v":1,"sent":1,"id":"prototype-0123456789","session":"session-0123456789abcdef","events":[{"n":"item_added","t":1,"f":{"__proto__":"on","constructor":"x"},"p":{"__proto__":{"item":"book"}}}]}',
  ],
  ['a rate of 0', event({ r: 0 })],
  ['a rate below 0', event({ r: -1 })],
  ['a time of text', event({ t: 'now' })],
  ['properties of lists', event({ p: { item: [1], count: { a: 1 } } })],
  ['a count below 0', event({ p: { item: 'book', count: -1 } })],
  ['an event that is not for browsers', event({ n: 'order_paid', p: { amount: 1e9, currency: 'EUR' } })],
  ['an event whose schema throws', event({ n: 'page_seen' })],
];

/** Sends a batch as its own page would. @returns the status of the answer */
export async function beacon(port: number, body: string | Buffer, headers: Headers = {}): Promise<number> {
  const usual = {
    'content-type': 'text/plain',
    origin: `http://127.0.0.1:${port}`,
    'content-length': Buffer.byteLength(body),
  };
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path: '/collect',
    method: 'POST',
    headers: { ...usual, ...headers },
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // A server that has heard enough may close before all is sent; its answer has come all the same.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = await answered;
  response.on('error', () => undefined).resume();
  return response.statusCode ?? 0;
}

/** Sends the beginning of a batch and breaks the connection. */
export async function leave(port: number, body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /collect HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: text/plain\r\ncontent-length: 500\r\n\r\n${body}`
  );
  await wait(50);
  socket.destroy();
}
