import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { added, batch, closeCollectors, ORIGIN, post, SESSION, setUp, EVENTS, type Sent } from '../testing/collector';
import { eventually } from '../testing/http';
import { sum } from '../testing/readMetrics';

afterEach(closeCollectors);

describe('what it refuses', () => {
  const frame = { v: 1, sent: 1, id: 'x'.repeat(16), session: SESSION, events: [] };

  it.each([
    ['empty', ''],
    ['no JSON', '{"v":1,'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another version', JSON.stringify({ ...frame, v: 2 })],
    ['no id', JSON.stringify({ ...frame, id: undefined })],
    ['an id that is an address', JSON.stringify({ ...frame, id: 'someone@example.org' })],
    ['a session that is a name', JSON.stringify({ ...frame, session: 'Ada Lovelace, London' })],
    ['no time', JSON.stringify({ ...frame, sent: null })],
    ['a negative count', JSON.stringify({ ...frame, dropped: -1 })],
    ['events that are none', JSON.stringify({ ...frame, events: {} })],
    ['too many events', JSON.stringify({ ...frame, events: Array.from({ length: 201 }, () => 1) })],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe])],
    ['deep nesting', '['.repeat(60_000)],
  ])('a malformed body: %s', async (_name, body) => {
    const { port, outcome } = await setUp();
    expect((await post(port, { body })).status).toBe(400);
    expect(await outcome('malformed')).toBe(1);
  });

  it.each([
    ['GET', { method: 'GET' }, 405, 'method'],
    ['PUT', { method: 'PUT' }, 405, 'method'],
    ['another origin', { headers: { origin: 'https://evil.example' } }, 403, 'origin'],
    ['an origin that is none', { headers: { origin: 'null' } }, 403, 'origin'],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'content_type'],
    ['no type', { headers: { 'content-type': '' } }, 415, 'content_type'],
    ['brotli', { headers: { 'content-encoding': 'br' } }, 415, 'content_type'],
    ['gzip that is none', { headers: { 'content-encoding': 'gzip' }, body: '{}' }, 400, 'malformed'],
    [
      'half of a gzip',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(999)).subarray(0, 12) },
      400,
      'malformed',
    ],
    [
      'a gzip bomb',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) },
      413,
      'too_large',
    ],
    ['a body too large', { body: 'x'.repeat(65_537) }, 413, 'too_large'],
  ] as Array<[string, Sent, number, string]>)('%s', async (_name, sent, status, name) => {
    const { port, outcome } = await setUp();
    expect((await post(port, sent)).status).toBe(status);
    expect(await outcome(name)).toBe(1);
  });

  it('a body of unknown length, as soon as it is too long', async () => {
    const { port, outcome } = await setUp();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\norigin: ${ORIGIN}\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n`
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    let sent = 0;
    const timer = setInterval(() => {
      sent += 10_000;
      socket.write(`${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`);
    }, 5);
    await closed;
    clearInterval(timer);
    expect(answer).toContain('413');
    expect(sent).toBeLessThan(1_000_000);
    expect(await outcome('too_large')).toBe(1);
  });

  it('a body that does not come, and one that breaks off', async () => {
    const { port, outcome } = await setUp({ bodyTimeout: 50 });
    const head = `POST / HTTP/1.1\r\nhost: x\r\norigin: ${ORIGIN}\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n`;
    const slow = connect(port, '127.0.0.1').on('error', () => undefined);
    slow.write(`${head}{`);
    await eventually(async () => (await outcome('timeout')) === 1);
    slow.destroy();
    const broken = connect(port, '127.0.0.1').on('error', () => undefined);
    broken.write(`${head}{`, () => setTimeout(() => broken.destroy(), 10));
    await eventually(async () => (await outcome('aborted')) === 1);
  });

  it.each([
    ['malformed', 7],
    ['malformed', { n: 'product_added' }],
    ['malformed', added({ r: 1e-9 })],
    ['malformed', added({ r: 2 })],
    ['malformed', added({ p: { quantity: { deep: 1 } } })],
    ['malformed', added({ p: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${String(index)}`, 1])) })],
    ['malformed', added({ p: { quantity: 'x'.repeat(300) } })],
    ['malformed', added({ f: { 'checkout-v2': 1 } })],
    ['malformed', added({ f: ['checkout-v2'] })],
    ['invalid_name', added({ n: 'Added' })],
    ['unknown_event', added({ n: 'cart_exploded' })],
    ['unknown_event', added({ n: 'constructor_prototype' })],
    ['not_for_browsers', added({ n: 'order_paid', p: { amount: 1e9, currency: 'EUR' } })],
    ['invalid_properties', added({ p: { quantity: 11 } })],
    ['invalid_properties', { n: 'web_vital_measured', t: 1, p: { name: 'LCP', value: -1 } }],
    ['invalid_properties', { n: 'web_vital_measured', t: 1, p: { name: 'XYZ', value: 1 } }],
    ['invalid_properties', { n: 'page_timing_measured', t: 1, p: { name: 'load', value: 1e9 } }],
    ['personal_data', added({ p: { quantity: 1, note: 'someone@example.org' } })],
  ])('an event alone, as %s: %j', async (reason, event) => {
    const { port, read, dropped } = await setUp();
    expect((await post(port, { body: batch([event, added()]) })).status).toBe(204);
    expect(await dropped(reason)).toBe(1);
    expect(sum(await read(), 'event_total')).toBe(1);
  });

  it('a flood: of one client, then of all, and says when to come again', async () => {
    let now = 0;
    const { port, outcome } = await setUp({
      client: ({ headers }) => String(headers['x-client']),
      perClient: { perSecond: 1, burst: 5 },
      overall: { perSecond: 2, burst: 8 },
      now: () => now,
    });
    const send = (client: string, events: number) =>
      post(port, { body: batch(Array.from({ length: events }, () => added())), headers: { 'x-client': client } });
    expect((await send('a', 5)).status).toBe(204);
    const refused = await send('a', 1);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await send('b', 3)).status).toBe(204);
    expect((await send('c', 1)).status).toBe(429);
    now = 1000;
    expect((await send('a', 1)).status).toBe(204);
    expect((await send('b', 7)).status).toBe(413);
    expect(await outcome('rate_limited')).toBe(2);
  });

  it('what the queue has no room for, and takes it later', async () => {
    const { port, events, read } = await setUp({}, { ...EVENTS, queueSize: 3, interval: 60_000 });
    expect((await post(port, { body: batch([added(), added()]) })).status).toBe(204);
    const body = batch([added(), added()]);
    const busy = await post(port, { body });
    expect([busy.status, busy.headers['retry-after']]).toEqual([503, '5']);
    await events.flush();
    expect((await post(port, { body })).status).toBe(204);
    expect(sum(await read(), 'event_total', { event: 'product_added' })).toBe(4);
  });

  it('no series, whatever a hostile client names: 10,000 flags', async () => {
    const { port, read } = await setUp({
      perClient: { perSecond: 1e6, burst: 1e6 },
      overall: { perSecond: 1e6, burst: 1e6 },
    });
    const before = (await read()).length;
    for (let from = 0; from < 10_000; from += 2000) {
      const events = Array.from({ length: 40 }, (_, event) =>
        added({
          f: Object.fromEntries(
            Array.from({ length: 50 }, (_, flag) => [`flag-${String(from + event * 50 + flag)}`, 'on'])
          ),
        })
      );
      expect((await post(port, { body: batch(events) })).status).toBe(204);
    }
    const samples = await read();
    expect(samples).toHaveLength(before);
    expect(sum(samples, 'event_total', { event: 'product_added' })).toBe(200);
  });
});
