import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { root, toolBinary } from '../lib/paths';
import { run } from '../lib/run';

/** What Prometheus's blocks are made from: a time at which the demo's own past ends, or a file with another scenario. */
export type Past = { end: number } | { scenarioFile: string };

const program = path.join(root, 'demo/src/history/main.ts');

/**
 * The promtool that belongs to the Prometheus in use: named by FLAGLENS_PROMTOOL, beside the one of FLAGLENS_PROMETHEUS,
 * or the one that the set-up builds. @returns its path, or nothing if there is none
 */
export function promtoolBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { FLAGLENS_PROMTOOL: named, FLAGLENS_PROMETHEUS: prometheus } = env;
  const beside = prometheus === undefined ? undefined : path.join(path.dirname(prometheus), 'promtool');
  return [named, beside, toolBinary('promtool')].find((file) => file !== undefined && existsSync(file));
}

/**
 * Fills Prometheus's data folder, which must not be in use, with blocks of a simulated past of the demo; what was in it
 * before is thrown away, since a past that ends now and the rest of an earlier run would contradict each other.
 *
 * @throws UserError if the simulation or promtool fails
 */
export async function writeHistory(dataFolder: string, promtool: string, past: Past): Promise<void> {
  await rm(dataFolder, { recursive: true, force: true });
  await mkdir(dataFolder, { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(dataFolder), 'history-'));
  try {
    const what = 'end' in past ? ['--end', String(past.end)] : ['--scenario', path.resolve(past.scenarioFile)];
    const node = ['--import', 'tsx', '--conditions', '@flaglens/source', program, '--out', folder];
    await run(process.execPath, [...node, ...what]);
    const files = (await readdir(folder)).sort().map((file) => path.join(folder, file));
    await inParallel(availableParallelism(), files, async (file) => {
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, dataFolder]);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Does something for each item, a few at a time. */
async function inParallel<T>(workers: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
