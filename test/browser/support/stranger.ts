import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { cache } from '../../../scripts/lib/paths';
import { freePort } from '../../../scripts/lib/ports';
import { run } from '../../../scripts/lib/run';
import { promtoolBinary } from '../../../scripts/start/history';
import { startPrometheus } from '../../../scripts/start/prometheusServer';
import { prometheusBinary, Stack, startWorkbench } from '../../../scripts/start/stack';
import { type DatasourceSettings, prometheusSettings } from '../../../workbench/server/settings';
import { type Exposure, openMetricsOf } from './exposure';

/** Somebody's Prometheus, and a Grafana-like host that has it and nothing of Flaglens yet. */
export interface Stranger {
  workbench: string;
  prometheus: string;
  stop: () => Promise<void>;
}

export interface StrangerOptions {
  /** What the applications expose; nothing at all if absent. */
  exposure?: Exposure;
  /** The datasources to begin with; a Prometheus one, of the host's own type, unless said. */
  datasources?: (prometheusUrl: string) => DatasourceSettings[];
}

/** Starts a real Prometheus with that hour, the real backend and the workbench. */
export async function startStranger({ exposure, datasources }: StrangerOptions): Promise<Stranger> {
  await mkdir(path.join(cache, 'run'), { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'run/stranger-'));
  const stack = new Stack();
  const onUnexpectedExit = (reason: string) => process.stderr.write(`${reason}\n`);
  const stop = async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (exposure) {
      const promtool = promtoolBinary();
      if (promtool === undefined) {
        throw new Error('There is no promtool: npm test builds it, or name one with FLAGLENS_PROMTOOL.');
      }
      const file = path.join(folder, 'past.om');
      await writeFile(file, openMetricsOf(exposure, Math.floor(Date.now() / 1000)));
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, path.join(folder, 'data')]);
    }
    const prometheus = await startPrometheus({
      binary: prometheusBinary(),
      folder,
      targets: [],
      children: stack.children,
      onUnexpectedExit,
    });
    const begin = datasources ?? ((url: string) => [prometheusSettings('theirs', 'Prometheus', url)]);
    const workbench = await startWorkbench(stack, {
      port: await freePort(),
      datasources: begin(prometheus),
      folder,
      onUnexpectedExit,
    });
    return { workbench, prometheus, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
