/** Requests a second of the shop with everything on, beside the same service with plain prom-client and with nothing. */
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { median } from '../compare-query/measure';

/** The three services, in the order of their turns. */
export const SERVICES = ['none', 'plain', 'flaglens'] as const;
export type Service = (typeof SERVICES)[number];

/** One service's part of one round. */
interface Turn {
  /** Requests a second. */
  throughput: number;
  /** Processor time of the service for one request, in microseconds. */
  cpu: number;
}

/** Medians over the rounds, and the medians of the ratios within each round. */
export interface Throughput {
  medians: Record<Service, Turn>;
  /** Throughput of the service with everything on, as a part of that of the other. */
  ofPlain: number;
  ofNone: number;
  /** As above, by processor time a request: the other's, as a part of that of the service with everything on. */
  cpuOfPlain: number;
  cpuOfNone: number;
}

interface Running {
  child: ChildProcess;
  url: string;
}

/** How a service is loaded on each of its paths. */
interface Load {
  connections: number;
  seconds: number;
}

/** A service that waits is not saturated: its throughput is what its users' waiting leaves. */
const WAITING: Load = { connections: 32, seconds: 2 };
const WORKING: Load = { connections: 16, seconds: 1 };
const PATHS = ['/products/7', '/search?q=lamp', '/orders'];
const autocannon = path.join(
  path.dirname(createRequire(import.meta.url).resolve('autocannon/package.json')),
  'autocannon.js'
);

/** Loads the three in turns, A B C: the shop as it is, or without its waiting. */
export async function throughput(rounds: number, { waiting }: { waiting: boolean }): Promise<Throughput> {
  const running: Record<Service, Running> = {
    none: await start('none', waiting),
    plain: await start('plain', waiting),
    flaglens: await start('flaglens', waiting),
  };
  try {
    const turns: Record<Service, Turn[]> = { none: [], plain: [], flaglens: [] };
    for (let round = -1; round < rounds; round++) {
      for (const service of rotated(round)) {
        const turn = await load(running[service], waiting ? WAITING : WORKING);
        if (round >= 0) {
          turns[service].push(turn);
        }
      }
    }
    return summary(turns);
  } finally {
    for (const { child } of Object.values(running)) {
      child.kill();
    }
  }
}

/** Each round begins with another service, so that none is always first after a pause. */
function rotated(round: number): Service[] {
  const first = (round + SERVICES.length) % SERVICES.length;
  return [...SERVICES.slice(first), ...SERVICES.slice(0, first)];
}

async function start(service: Service, waiting: boolean): Promise<Running> {
  const child = fork(path.join(import.meta.dirname, 'service.ts'), [service, String(waiting)]);
  const [message] = (await once(child, 'message')) as [{ url: string }];
  return { child, url: message.url };
}

async function load({ child, url }: Running, { connections, seconds }: Load): Promise<Turn> {
  let requests = 0;
  let elapsed = 0;
  const before = await cpuOf(child);
  for (const [index, route] of PATHS.entries()) {
    const args = ['--json', '--connections', String(connections), '--duration', String(seconds)];
    const headers = ['--headers', `x-user=user-${index}`];
    const { stdout } = await promisify(execFile)(process.execPath, [autocannon, ...args, ...headers, url + route]);
    const result = JSON.parse(stdout) as {
      requests: { total: number };
      duration: number;
      errors: number;
      non2xx: number;
    };
    // One in 200 of the shop's requests fails, as in the demo; a connection never does.
    if (result.errors > 0 || result.non2xx > result.requests.total / 50) {
      throw new Error(`${url}${route}: ${result.errors} errors, ${result.non2xx} answers that are not 200`);
    }
    requests += result.requests.total;
    elapsed += result.duration;
  }
  return { throughput: requests / elapsed, cpu: ((await cpuOf(child)) - before) / requests };
}

/** Microseconds of processor time that the service has used. */
async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('cpu');
  const [{ cpu }] = (await answer) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

function summary(turns: Record<Service, Turn[]>): Throughput {
  const of = (service: Service): Turn => ({
    throughput: median(turns[service].map((turn) => turn.throughput)),
    cpu: median(turns[service].map((turn) => turn.cpu)),
  });
  const ratio = (over: Service, pick: (flaglens: Turn, other: Turn) => number): number =>
    median(turns.flaglens.map((turn, round) => pick(turn, turns[over][round] ?? { throughput: NaN, cpu: NaN })));
  const byThroughput = (flaglens: Turn, other: Turn) => flaglens.throughput / other.throughput;
  const byCpu = (flaglens: Turn, other: Turn) => other.cpu / flaglens.cpu;
  return {
    medians: { none: of('none'), plain: of('plain'), flaglens: of('flaglens') },
    ofPlain: ratio('plain', byThroughput),
    ofNone: ratio('none', byThroughput),
    cpuOfPlain: ratio('plain', byCpu),
    cpuOfNone: ratio('none', byCpu),
  };
}
