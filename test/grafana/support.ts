import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { FaultName } from '../../demo/src/flags';
import { stateAt, type Scenario } from '../../demo/src/history/timeline';
import { startDemo } from '../../demo/src/start';
import { freePort } from '../../scripts/lib/ports';
import { chooseHost } from '../../scripts/start/chooseHost';
import { startGrafana } from '../../scripts/start/grafanaHost';
import { promtoolBinary, writeHistory } from '../../scripts/start/history';
import { startPrometheus } from '../../scripts/start/prometheusServer';
import { demoSettings, prometheusBinary, Stack } from '../../scripts/start/stack';
import { DemoControl } from '../support/DemoControl';

interface Answer {
  results: Record<string, { error?: string; frames: Array<{ data: { values: number[][] } }> }>;
}

/** A rule as Grafana's API tells it. */
export interface RuleState {
  name: string;
  state: string;
  health: string;
  lastError?: string;
  /** When it was evaluated last; year 1 before the first time. */
  lastEvaluation: string;
}

/** A real Grafana with everything that is provisioned, over the demo with a past of the test's own. */
export class GrafanaShop {
  readonly control: DemoControl;
  readonly url: string;
  readonly unexpected: string[];
  /** Where the servers keep what is theirs. */
  readonly folder: string;
  readonly #stack: Stack;

  private constructor(parts: {
    control: DemoControl;
    url: string;
    unexpected: string[];
    stack: Stack;
    folder: string;
  }) {
    this.control = parts.control;
    this.url = parts.url;
    this.unexpected = parts.unexpected;
    this.#stack = parts.stack;
    this.folder = parts.folder;
  }

  /** Starts everything; the live shop goes on where the past ends. */
  static async start(past: Scenario): Promise<GrafanaShop> {
    const host = await chooseHost('grafana');
    const promtool = promtoolBinary();
    if (host.kind !== 'grafana' || promtool === undefined) {
      throw new Error('This needs a Grafana, which GRAFANA_HOME names, and the promtool that npm test builds.');
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-grafana-'));
    const stack = new Stack();
    const unexpected: string[] = [];
    const onUnexpectedExit = (reason: string) => unexpected.push(reason);
    try {
      const scenarioFile = path.join(folder, 'scenario.json');
      await writeFile(scenarioFile, JSON.stringify(past));
      await writeHistory(path.join(folder, 'prometheus/data'), promtool, { scenarioFile });
      const demo = await startDemo({ rps: 0, seed: 11, historyUntil: past.end, onUnexpectedExit });
      stack.add(() => demo.stop());
      const control = new DemoControl(demo.controlUrl);
      const { faults, percentages, rps } = stateAt(past, past.end);
      await Promise.all([
        ...Object.entries(faults).map(([name, on]) => control.fault(name as FaultName, on)),
        ...Object.entries(percentages).map(([flag, percentage]) => control.allocate(flag, percentage)),
      ]);
      // The instances ask for the state every half second; none of the load may meet another one.
      await wait(2000);
      await control.load(rps);
      const prometheusUrl = await startPrometheus({
        binary: prometheusBinary(),
        folder: path.join(folder, 'prometheus'),
        targets: demo.targets,
        children: stack.children,
        onUnexpectedExit,
      });
      const url = await startGrafana(stack, {
        home: host.home,
        binary: host.binary,
        port: await freePort(),
        folder: path.join(folder, 'grafana'),
        settings: demoSettings(prometheusUrl),
        inboxUrl: `${demo.controlUrl}/api/notifications`,
        onUnexpectedExit,
      });
      return new GrafanaShop({ control, url, unexpected, stack, folder });
    } catch (error) {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The provisioned rules, as they were evaluated last. */
  async rules(): Promise<RuleState[]> {
    const response = await fetch(`${this.url}/api/prometheus/grafana/api/v1/rules`);
    const { data } = (await response.json()) as { data: { groups: Array<{ rules: RuleState[] }> } };
    return data.groups.flatMap((group) => group.rules);
  }

  /** The evidence against the only feature of a flag in one signal, asked as the alert rule asks it. */
  async evidence(flag: string, signal: string): Promise<number> {
    const datasource = { type: 'flaglens-datasource', uid: 'flaglens' };
    const query = { queryType: 'verdict', format: 'alert', flag, signals: [signal], stats: ['evidence'] };
    const response = await fetch(`${this.url}/api/ds/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: 'now-7d', to: 'now', queries: [{ refId: 'A', datasource, ...query }] }),
    });
    const { results } = (await response.json()) as Answer;
    const value = results.A?.frames[0]?.data.values[0]?.[0];
    if (value === undefined) {
      throw new Error(`There is no evidence: ${results.A?.error ?? `status ${response.status}`}`);
    }
    return value;
  }

  async stop(): Promise<void> {
    await this.#stack.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
