import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { waitFor } from '../../scripts/lib/waitFor';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../scripts/start/stack';
import { askPrometheus, type Sample } from './support/askPrometheus';
import { BackendUnderTest } from './support/BackendUnderTest';

jest.setTimeout(300_000);

const root = path.join(__dirname, '../..');
const TWIN = 'feature_flag_http_request_duration_seconds_count';
const TOTAL = 400;

/** A service of adapters/ in its own language, which prints its address. */
interface Service {
  name: string;
  command: () => Promise<string[]>;
  folder: string;
  route: string;
  /** Whether its series start at zero: those of OpenTelemetry cannot. */
  zero: boolean;
}

const go = (kind: string) => async () => {
  const binary = path.join(folder, 'go-service');
  await promisify(execFile)('go', ['build', '-o', binary, './service'], { cwd: path.join(root, 'adapters/go') });
  return [binary, kind];
};
const python = (kind: string) => () => Promise.resolve([process.env.FLAGLENS_PYTHON ?? '', 'service.py', kind]);

const inGo: Service[] = [
  { name: 'go-prometheus', command: go('prometheus'), folder: 'adapters/go', route: '/items/{id}', zero: true },
  { name: 'go-otel', command: go('otel'), folder: 'adapters/go', route: '/items/{id}', zero: false },
];
const inPython: Service[] = [
  { name: 'python-wsgi', command: python('wsgi'), folder: 'adapters/python', route: '/items/{id}', zero: true },
  { name: 'python-asgi', command: python('asgi'), folder: 'adapters/python', route: '/items/{id}', zero: false },
];
const services = [...inGo, ...(process.env.FLAGLENS_PYTHON === undefined ? [] : inPython)];

const children = new ChildGroup();
const started: ChildProcess[] = [];
let folder: string;
let prometheusUrl: string;
let backend: BackendUnderTest;
/** By the service's name. */
const addresses = new Map<string, string>();
/** Unix seconds at which the requests began. */
let begin: number;

async function start({ command, folder: home }: Service): Promise<string> {
  const [program = '', ...args] = await command();
  const child = spawn(program, args, { cwd: path.join(root, home), stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line.trim();
}

/** Sends requests of all users, 20 at a time, and answers how many of each status came back. */
async function flood(address: string): Promise<Record<string, number>> {
  const agent = new Agent({ maxSockets: 20 });
  const statuses: Record<string, number> = {};
  await Promise.all(
    Array.from({ length: TOTAL }, async (_, id) => {
      const status = await new Promise<number>((resolve, reject) => {
        get(`http://${address}/items/${id}`, { agent }, (response) => {
          response.on('end', () => resolve(response.statusCode ?? 0)).resume();
        }).on('error', reject);
      });
      statuses[status] = (statuses[status] ?? 0) + 1;
    })
  );
  agent.destroy();
  return statuses;
}

const query = (text: string) => askPrometheus<Sample>(prometheusUrl, 'query', { query: text });

/** The value of an expression as soon as it is what is expected. */
const becomes = (text: string, expected: number) =>
  waitFor(
    async () => {
      const [sample] = await query(text);
      return Number(sample?.value[1]) === expected
        ? { answer: true }
        : { notYet: `${text} is ${String(sample?.value[1])}` };
    },
    { what: `${text} = ${String(expected)}`, timeoutMs: 60_000 }
  );

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-adapters-'));
  for (const service of services) {
    addresses.set(service.name, await start(service));
  }
  prometheusUrl = await startPrometheus({
    binary: prometheusBinary(),
    folder,
    targets: [...addresses].map(([name, address]) => ({ job: name, instance: name, address })),
    scrapeInterval: '1s',
    children,
    onUnexpectedExit: () => undefined,
  });
  await becomes('count(count_over_time(up[1m]) > 1 and up == 1)', services.length);
  begin = Math.floor(Date.now() / 1000);
  for (const { name, zero } of services) {
    if (zero) {
      await becomes(`count(${TWIN}{job="${name}",feature_flag_key="checkout-v2"} == 0)`, 4);
    }
    for (let round = 1; round <= roundsOf(zero); round++) {
      expect(await flood(addresses.get(name) ?? '')).toEqual({ 200: TOTAL * 0.9, 500: TOTAL * 0.1 });
      await becomes(`sum(${TWIN}{job="${name}",feature_flag_key="search"})`, round * TOTAL);
    }
  }
  backend = await BackendUnderTest.start(prometheusUrl);
});

afterAll(async () => {
  started.forEach((child) => child.kill());
  await backend.stop();
  await children.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Series that cannot begin at zero are born with the first round; the increase of the second is theirs. */
const roundsOf = (zero: boolean) => (zero ? 1 : 2);

describe.each(services)('$name', ({ name, route, zero }) => {
  const sent = TOTAL * roundsOf(zero);

  test.each([
    ['checkout-v2', { off: 0.5, on: 0.5 }],
    ['search', { 'new-ranking': 1 }],
    ['missing', { evaluation_error: 1 }],
  ])('requests of %s sum to those that were sent', async (flag, shares) => {
    const counted = await query(
      `sum by (feature_flag_variant) (${TWIN}{job="${name}",feature_flag_key="${flag}",route="${route}",method="GET"})`
    );
    const byVariant = counted.map(({ metric, value }) => [metric.feature_flag_variant, Number(value[1]) / sent]);
    expect(Object.fromEntries(byVariant)).toEqual(shares);
    await becomes(`sum(${TWIN}{job="${name}",feature_flag_key="${flag}"})`, sent);
    await becomes(`sum(${TWIN}{job="${name}",feature_flag_key="${flag}",status="500"})`, sent / 10);
  });

  test('the backend finds the flag, and has a verdict of it', async () => {
    const rows = await backend.rows(
      {
        queryType: 'verdict',
        flag: 'checkout-v2',
        baseline: 'off',
        signals: ['latency', 'errors'],
        since: 'range',
        filters: [{ key: 'job', operator: '=', value: name }],
      },
      { from: begin - 60, to: Math.floor(Date.now() / 1000) }
    );
    expect(rows.map(({ variant, signal }) => `${String(variant)} ${String(signal)}`).sort()).toEqual([
      'on errors',
      'on latency',
    ]);
  });
});
