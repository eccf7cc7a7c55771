/** Times one comparison of Flaglens against the five queries of the dashboard that people build by hand. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ChildGroup } from '../../scripts/lib/ChildGroup';
import { backendBinary, cache, toolBinary } from '../../scripts/lib/paths';
import { freePort } from '../../scripts/lib/ports';
import { say, step } from '../../scripts/lib/progress';
import { run } from '../../scripts/lib/run';
import { buildBackend, buildBridge, buildPrometheus } from '../../scripts/lib/setup';
import { UserError } from '../../scripts/lib/UserError';
import { waitFor } from '../../scripts/lib/waitFor';
import { Bridge } from '../../workbench/server/Bridge';
import { datasourceUid, defaultSettings } from '../../workbench/server/settings';
import {
  ask,
  compare,
  handMade,
  linesOfAnswer,
  linesOfFrames,
  requireSameLines,
  windowOf,
  type Lines,
  type Range,
} from './contenders';
import { interleave, median } from './measure';

/** What the comparison may take, as a part of the time of the five queries. */
const limit = 0.4;
/** How far a dashboard looks back. */
const hours = 5;
const folder = path.join(cache, 'bench/compare-query');

interface Data {
  bucketSeries: number;
  series: number;
  samples: number;
  from: number;
  to: number;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    'warm-ups': { type: 'string', default: '3' },
    step: { type: 'string', default: '15' },
  },
});

/** A whole number above 0 that an option holds. */
function count(name: keyof typeof options): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1) {
    throw new UserError(`--${name} must be a whole number of at least 1, not ${options[name]}.`);
  }
  return number;
}

/** Writes the data anew; the same every time. */
async function generate(data: string, seconds: number): Promise<Data> {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const args = ['-out', data, '-length', `${seconds}s`];
  return JSON.parse(await run('go', ['run', './bench/compare-query/generate', ...args])) as Data;
}

/** Starts a Prometheus on the data, which scrapes nothing. @returns its address */
async function startPrometheus(binary: string, data: string, children: ChildGroup): Promise<string> {
  const config = path.join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const address = `127.0.0.1:${await freePort()}`;
  let ended: string | undefined;
  children.start({
    name: 'Prometheus',
    command: binary,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      // The data are of a fixed day.
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    logFile: path.join(folder, 'prometheus.log'),
    onUnexpectedExit: (reason) => (ended = reason),
  });
  await waitFor(
    async () => {
      if (ended !== undefined) {
        throw new UserError(ended);
      }
      const response = await fetch(`http://${address}/-/ready`);
      return response.ok ? { answer: true } : { notYet: `it answers ${response.status}` };
    },
    { what: 'The start of Prometheus', timeoutMs: 60_000 }
  );
  return `http://${address}`;
}

/** Compares the two ways on both servers and prints what came out. @returns the ratio of the medians */
async function measure(prometheus: string, bridge: string, data: Data): Promise<number> {
  const stepMs = count('step') * 1000;
  // Each round looks a step further, as a dashboard that refreshes does, so that no answer can be a kept one.
  const rounds = count('rounds');
  const warmUps = count('warm-ups');
  const rangeOf = (round: number): Range => ({
    from: data.from + round * stepMs,
    to: data.to - (rounds + warmUps - round) * stepMs,
    step: stepMs,
  });

  const range = rangeOf(0);
  const frames = await compare(bridge, datasourceUid, range);
  const queries = handMade(windowOf(frames));
  const byHand: Lines = new Map();
  for (const { stat, expr } of queries) {
    linesOfAnswer(stat, await ask(prometheus, expr, range)).forEach((line, name) => byHand.set(name, line));
  }
  const compared = requireSameLines(byHand, linesOfFrames(frames));
  if (byHand.size !== 2 * queries.length || compared === 0) {
    throw new Error(`The queries by hand show ${byHand.size} lines with ${compared} numbers.`);
  }
  say(`Both ways show the same ${compared} numbers in ${byHand.size} lines.`);

  const timings = await interleave(
    {
      compare: async (round) => {
        await compare(bridge, datasourceUid, rangeOf(round));
      },
      byHand: async (round) => {
        for (const { expr } of queries) {
          await ask(prometheus, expr, rangeOf(round));
        }
      },
    },
    { rounds, warmUps }
  );
  const line = (name: string, times: readonly number[]) =>
    `${name.padEnd(28)} ${median(times).toFixed(0).padStart(6)} ms   (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;
  const mine = timings.compare ?? [];
  const theirs = timings.byHand ?? [];
  const ratio = median(mine) / median(theirs);
  console.log(`
${data.bucketSeries} bucket series of ${data.series}, ${hours} h, step ${stepMs / 1000} s, ${rounds} rounds after ${warmUps}
${os.availableParallelism()} cores (${os.cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}

${'median'.padStart(38)}
${line('compare, through the plugin', mine)}
${line('five queries by hand', theirs)}

ratio ${ratio.toFixed(3)}, at most ${limit.toFixed(2)} wanted`);
  return ratio;
}

async function main(): Promise<void> {
  const given = process.env.FLAGLENS_PROMETHEUS;
  await step('Building the backend', buildBackend);
  await step('Building the bridge', buildBridge);
  if (given === undefined) {
    await step('Building Prometheus', buildPrometheus);
  }
  const binary = given ?? toolBinary('prometheus');
  if (!existsSync(binary)) {
    throw new UserError(`There is no Prometheus at ${binary}, which FLAGLENS_PROMETHEUS names.`);
  }
  const dataFolder = path.join(folder, 'data');
  let data: Data | undefined;
  await step('Writing the data', async () => {
    data = await generate(dataFolder, hours * 3600 + (count('rounds') + count('warm-ups')) * count('step'));
    return true;
  });
  if (data === undefined) {
    throw new Error('The data were not written.');
  }

  const children = new ChildGroup();
  let bridge: Bridge | undefined;
  try {
    const prometheus = await startPrometheus(binary, dataFolder, children);
    bridge = await Bridge.start({
      binary: toolBinary('flaglens-bridge'),
      backend: backendBinary(),
      logFile: path.join(folder, 'bridge.log'),
      onUnexpectedExit: (reason) => console.error(reason),
    });
    await bridge.apply({ ...defaultSettings(prometheus), jsonData: { preset: 'flaglens', timeInterval: '15s' } });
    const ratio = await measure(prometheus, bridge.url, data);
    process.exitCode = ratio <= limit ? 0 : 1;
  } finally {
    await bridge?.stop();
    await children.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
