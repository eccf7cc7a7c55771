import { createServer as createTcpServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'node:http';
import { FAULTS } from './support/faults';
import { batch, beacon, BEACONS, leave } from './support/beacons';
import { HostProcess } from './support/HostProcess';

jest.setTimeout(120_000);

interface Answer {
  status: number;
  text: string;
  seconds: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 20 });

afterAll(() => agent.destroy());

function ask(port: number, path: string, body?: unknown): Promise<Answer> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent, headers: { 'content-type': 'application/json' } };
    const outgoing = request({ ...options, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text, seconds: (performance.now() - start) / 1000 });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Sends requests, 20 at a time, that evaluate the given flags and record under the given text. */
async function buy(
  port: number,
  total: number,
  of: (index: number) => { flags?: string[]; text?: string } = () => ({})
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const client = async () => {
    while (next < total) {
      const index = next++;
      answers.push(
        await ask(port, '/buy', { user: String(index), flags: ['checkout-v2'], text: 'usual', ...of(index) })
      );
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  return answers;
}

/**
 * Seconds that no request takes, on the busiest of machines: one that waits for something that is down would wait for its
 * time-out, which is a minute in the service under test.
 */
const LONGEST = 20;

/** Seconds that half of the requests take at most. */
const USUAL = 2;

function expectAllServed(answers: Answer[], total: number): void {
  expect(answers).toHaveLength(total);
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const seconds = answers.map((answer) => answer.seconds).sort((a, b) => a - b);
  expect(seconds[total / 2]).toBeLessThan(USUAL);
  expect(seconds.at(-1)).toBeLessThan(LONGEST);
}

/** The label values of an exposition. */
const valuesOf = (exposition: string) =>
  [...exposition.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) => value);

const flagsOf = (exposition: string) =>
  new Set([...exposition.matchAll(/feature_flag_key="([^"]*)"/g)].map(([, key]) => key));

describe.each(['express', 'fastify'])('%s', (framework) => {
  let host: HostProcess;

  beforeAll(async () => {
    host = await HostProcess.start([framework]);
  });

  afterAll(() => host.stop());

  test.each(Object.keys(FAULTS))('%s: every request is served, and nobody sees an exception', async (fault) => {
    const port = host.port(fault);
    expectAllServed(await buy(port, 300), 300);
    expect(JSON.parse((await ask(port, '/seen')).text)).toEqual([]);
    const { status, text } = await ask(port, '/metrics');
    expect(status).toBe(200);
    expect(Math.max(0, ...valuesOf(text).map((value) => value.length))).toBeLessThanOrEqual(64);
  });

  test('what is recorded is right all the same, where only others fail', async () => {
    const harmless = ['none', 'hooks around ours that throw late', 'sources that throw', 'a full queue of events'];
    for (const fault of harmless) {
      const { text } = await ask(host.port(fault), '/metrics');
      expect([fault, text]).toEqual([
        fault,
        expect.stringMatching(/^http_request_duration_seconds_count\{method="POST",route="\/buy",status="200"\} 300$/m),
      ]);
    }
  });

  test('what a full queue does not take is counted', async () => {
    const { text } = await ask(host.port('a full queue of events'), '/metrics');
    const dropped = /^flaglens_events_dropped_total\{reason="queue_full"\} (\d+)$/m.exec(text)?.[1];
    // Of 300 requests, four events each that can be read; the first ten wait.
    expect(Number(dropped)).toBe(300 * 4 - 10);
  });

  test('malformed beacons: each is answered, none as a failure of the server', async () => {
    const port = host.port('none');
    const serving = buy(port, 100);
    for (const [what, body, headers] of BEACONS) {
      const status = await beacon(port, body, headers);
      // Taken (what is wrong with it is counted), or refused; never a failure of the server.
      expect({ what, status, fine: status === 204 || (status >= 400 && status < 500) }).toMatchObject({ fine: true });
    }
    // Says that more is to come, and goes away.
    await leave(port, '{"v":1,');
    expectAllServed(await serving, 100);
    expect(await beacon(port, JSON.stringify(batch()))).toBe(204);
    expect(JSON.parse((await ask(port, '/seen')).text)).toEqual([]);
    const { text } = await ask(port, '/metrics');
    expect(text).toMatch(/^event_total\{event="item_added",layer="application"\} [1-9]/m);
    expect(text).toMatch(/^flaglens_beacons_total\{outcome="malformed"\} [1-9]/m);
  });

  test('10,000 flag keys of a hostile client, 100 a request', async () => {
    const port = host.port('none');
    const keys = (index: number) => Array.from({ length: 100 }, (_, at) => `flag-${index * 100 + at}`);
    const answers = await buy(port, 100, (index) => ({ flags: keys(index) }));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { text } = await ask(port, '/metrics');
    expect(flagsOf(text).size).toBeLessThanOrEqual(102);
    expect(text).toMatch(/^flaglens_folded_total\{label="feature_flag_key"\} [1-9]\d{3,}$/m);
    expect(JSON.parse((await ask(port, '/seen')).text)).toEqual([]);
  });

  test('values of 1 MB as flag key, label value and name', async () => {
    const port = host.port('none');
    const long = (index: number) => `${index}-${'y'.repeat(1 << 20)}`;
    const answers = await buy(port, 40, (index) => ({ flags: [long(index)], text: long(index) }));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { text } = await ask(port, '/metrics');
    expect(Math.max(...valuesOf(text).map((value) => value.length))).toBeLessThanOrEqual(64);
    expect(text.length).toBeLessThan(20 << 20);
    expect(JSON.parse((await ask(port, '/seen')).text)).toEqual([]);
  });
});

describe('a collector of traces', () => {
  let silent: Server;
  let host: HostProcess | undefined;

  beforeAll(async () => {
    // Takes connections, and never says a word.
    silent = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => host?.stop());

  afterAll(() => silent.close());

  test.each([
    ['that is down', () => 'http://127.0.0.1:9'],
    ['that never answers', () => `http://127.0.0.1:${(silent.address() as AddressInfo).port}`],
    ['whose address is nonsense', () => 'no address'],
  ])('%s: no request waits for it', async (_name, address) => {
    host = await HostProcess.start(['express', '--tracing', address()]);
    const port = host.port('none');
    expectAllServed(await buy(port, 300), 300);
    expect(JSON.parse((await ask(port, '/seen')).text)).toEqual([]);
  });
});
