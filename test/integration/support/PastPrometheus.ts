import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Scenario } from '../../../demo/src/history/timeline';
import { ChildGroup } from '../../../scripts/lib/ChildGroup';
import { run } from '../../../scripts/lib/run';
import { promtoolBinary, writeHistory } from '../../../scripts/start/history';
import { startPrometheus } from '../../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../../scripts/start/stack';
import { askPrometheus, type Sample } from './askPrometheus';

/** A real Prometheus that scrapes nothing and holds a simulated past of the shop. */
export class PastPrometheus {
  readonly url: string;
  readonly folder: string;
  readonly #children: ChildGroup;

  private constructor(url: string, folder: string, children: ChildGroup) {
    this.url = url;
    this.folder = folder;
    this.#children = children;
  }

  /** Simulates the past, makes it into blocks and starts a Prometheus on them. */
  static async start(scenario: Scenario): Promise<PastPrometheus> {
    return PastPrometheus.#filled(async (folder, promtool) => {
      const scenarioFile = path.join(folder, 'scenario.json');
      await writeFile(scenarioFile, JSON.stringify(scenario));
      await writeHistory(path.join(folder, 'data'), promtool, { scenarioFile });
    });
  }

  /** Starts a Prometheus that holds samples. @param openMetrics their text, with times */
  static async of(openMetrics: string): Promise<PastPrometheus> {
    return PastPrometheus.#filled(async (folder, promtool) => {
      const file = path.join(folder, 'samples.om');
      await writeFile(file, openMetrics);
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, path.join(folder, 'data')]);
    });
  }

  static async #filled(fill: (folder: string, promtool: string) => Promise<void>): Promise<PastPrometheus> {
    const promtool = promtoolBinary();
    if (promtool === undefined) {
      throw new Error('There is no promtool: npm test builds it, or name one with FLAGLENS_PROMTOOL.');
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-past-'));
    const children = new ChildGroup();
    try {
      await fill(folder, promtool);
      const url = await startPrometheus({
        binary: prometheusBinary(),
        folder,
        targets: [],
        children,
        // Whoever asks it next hears of it.
        onUnexpectedExit: () => undefined,
      });
      return new PastPrometheus(url, folder, children);
    } catch (error) {
      await children.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What Prometheus has logged so far: warnings and errors alone. */
  log(): Promise<string> {
    return readFile(path.join(this.folder, 'prometheus.log'), 'utf8');
  }

  /** @param time unix seconds */
  async query(query: string, time: number): Promise<Sample[]> {
    return askPrometheus<Sample>(this.url, 'query', { query, time: String(time) });
  }

  async stop(): Promise<void> {
    await this.#children.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
