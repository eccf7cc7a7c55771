/** Holds the cost of the instrumentation library against plain prom-client; fails where it misses its targets. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { say } from '../../scripts/lib/progress';
import { UserError } from '../../scripts/lib/UserError';
import { KEPT, observationCosts, SPLIT } from './observation';
import { scrapeTimes } from './scrape';
import { sustained } from './sustained';
import { throughput, SERVICES } from './throughput';

const PARTS = ['observation', 'sustained', 'scrape', 'throughput'] as const;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '21' },
    seconds: { type: 'string', default: '60' },
  },
});

/** What was missed. */
const missed: string[] = [];

/** Notes a figure that must not be above its limit. */
function atMost(what: string, figure: number, limit: number): void {
  say(`  ${what}: ${figure.toFixed(2)}, at most ${limit}`);
  if (!(figure <= limit)) {
    missed.push(`${what} is ${figure.toFixed(2)}, above ${limit}`);
  }
}

/** Notes a figure that must not be below its limit. */
function atLeast(what: string, figure: number, limit: number): void {
  say(`  ${what}: ${figure.toFixed(3)}, at least ${limit}`);
  if (!(figure >= limit)) {
    missed.push(`${what} is ${figure.toFixed(3)}, below ${limit}`);
  }
}

function observation(rounds: number): void {
  for (const labels of [3, 5] as const) {
    for (const flags of [0, 1, 3]) {
      for (const { what, nanoseconds, ratio } of observationCosts(labels, flags, rounds, 100_000)) {
        const title = `${labels} labels, ${flags} flags, ${what}`;
        say(`  ${title}: ${nanoseconds.toFixed(0)} ns, ${ratio.toFixed(2)} of plain`);
        if (flags === 1 && (what === SPLIT || what === KEPT)) {
          atMost(`${title}, ratio`, ratio, 1.5);
        }
      }
    }
  }
}

async function updates(seconds: number): Promise<void> {
  const { found, atRest, heapAfterWarmUp, growth, scrapes, scrape } = await sustained(seconds);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  say(
    `  ${(found.updates / found.seconds).toFixed(0)} values a second for ${found.seconds.toFixed(0)} s, ${scrapes} scrapes of ${scrape.toFixed(0)} ms`
  );
  say(
    `  lag of the event loop: p50 ${found.lagP50.toFixed(2)} ms, max ${found.lagMax.toFixed(1)} ms; at rest p99 ${atRest.lagP99.toFixed(2)} ms`
  );
  say(`  heap ${megabytes(heapAfterWarmUp)} MB after the warm-up, ${megabytes(found.heap)} MB at the end`);
  atLeast('values a second, in 100,000', found.updates / found.seconds / 100_000, 0.99);
  atMost('lag of the event loop, p99 in ms', found.lagP99, 10);
  atMost('growth of the heap in MB', growth / 1e6, 0.5);
}

async function scrape(rounds: number): Promise<void> {
  const times = await scrapeTimes(rounds);
  say(`  ${times.series} series; prom-client's own: ${times.promClient.toFixed(1)} ms`);
  atMost('text in ms', times.text, 100);
  atMost('OpenMetrics in ms', times.openMetrics, 100);
}

async function service(rounds: number): Promise<void> {
  for (const waiting of [true, false]) {
    const result = await throughput(rounds, { waiting });
    say(waiting ? '  the shop as it is:' : '  the shop without its waiting, its processor saturated:');
    for (const name of SERVICES) {
      const { throughput: perSecond, cpu } = result.medians[name];
      say(`  ${name}: ${perSecond.toFixed(0)} requests a second, ${cpu.toFixed(0)} µs of processor time each`);
    }
    if (waiting) {
      atLeast('throughput, of that with plain prom-client', result.ofPlain, 0.97);
      atLeast('throughput, of that with nothing', result.ofNone, 0.94);
    } else {
      say(`  throughput, of plain ${result.ofPlain.toFixed(3)}, of nothing ${result.ofNone.toFixed(3)}`);
      say(`  by processor time, of plain ${result.cpuOfPlain.toFixed(3)}, of nothing ${result.cpuOfNone.toFixed(3)}`);
    }
  }
}

function count(name: 'rounds' | 'seconds'): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1) {
    throw new UserError(`--${name} must be a whole number of at least 1, not ${options[name]}.`);
  }
  return number;
}

const wanted = options.only?.split(',') ?? PARTS;
const rounds = count('rounds');
say(`Node ${process.version}, ${os.cpus().length} cores, load average ${os.loadavg()[0]?.toFixed(1) ?? '?'}`);
for (const part of PARTS.filter((part) => wanted.includes(part))) {
  say(part);
  switch (part) {
    case 'observation':
      observation(rounds);
      break;
    case 'sustained':
      await updates(count('seconds'));
      break;
    case 'scrape':
      await scrape(rounds);
      break;
    case 'throughput':
      await service(rounds);
      break;
  }
}
if (missed.length > 0) {
  say(`Missed: ${missed.join('; ')}`);
  process.exitCode = 1;
}
