import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readConfig, type RulesConfigInput } from '../../../cli/src/rules/config';
import { expressionsOf } from '../../../cli/src/rules/expressions';
import { filesOf, type Target } from '../../../cli/src/rules/outputs';
import { startDemo, type Demo } from '../../../demo/src/start';
import { ChildGroup } from '../../../scripts/lib/ChildGroup';
import { alertmanagerBinary, startAlertmanager } from '../../../scripts/start/alertmanagerServer';
import { startPrometheus } from '../../../scripts/start/prometheusServer';
import { prometheusBinary } from '../../../scripts/start/stack';
import { DemoControl } from '../../support/DemoControl';

type Config = Omit<RulesConfigInput, 'routes'>;

/** The demo shop, a real Prometheus with generated rules, a real Alertmanager, and the inbox that it notifies. */
export class AlertingShop {
  readonly unexpected: string[] = [];
  readonly prometheusUrl: string;
  readonly control: DemoControl;
  readonly #folder: string;
  readonly #demo: Demo;
  readonly #children: ChildGroup;

  private constructor(parts: { prometheusUrl: string; folder: string; demo: Demo; children: ChildGroup }) {
    this.prometheusUrl = parts.prometheusUrl;
    this.#folder = parts.folder;
    this.#demo = parts.demo;
    this.control = new DemoControl(parts.demo.controlUrl);
    this.#children = parts.children;
  }

  /** Starts everything. @param config the rules; their notifications go to the inbox, as fast as Alertmanager can */
  static async start(config: Config, rps: number): Promise<AlertingShop> {
    const folder = await mkdtemp(path.join(tmpdir(), 'flaglens-alerts-'));
    const children = new ChildGroup();
    const unexpected: string[] = [];
    const onUnexpectedExit = (reason: string) => unexpected.push(reason);
    let demo: Demo | undefined;
    try {
      demo = await startDemo({ rps, seed: 7, onUnexpectedExit });
      const receivers = [{ type: 'webhook' as const, url: `${demo.controlUrl}/api/notifications` }];
      const route = { receivers, groupWait: '1s', groupInterval: '2s' };
      await writeFiles(folder, { ...config, routes: { feature: route, existingApplication: route } });
      const common = { children, onUnexpectedExit };
      const alertmanager = await startAlertmanager({
        ...common,
        binary: alertmanagerBinary(),
        folder: path.join(folder, 'alertmanager-data'),
        configFolder: path.join(folder, 'alertmanager'),
      });
      const prometheusUrl = await startPrometheus({
        ...common,
        binary: prometheusBinary(),
        folder: path.join(folder, 'prometheus-data'),
        targets: demo.targets,
        alerting: { rules: path.join(folder, 'prometheus'), alertmanager },
        scrapeInterval: '1s',
      });
      const shop = new AlertingShop({ prometheusUrl, folder, demo, children });
      shop.unexpected.push(...unexpected);
      return shop;
    } catch (error) {
      await demo?.stop();
      await children.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the servers have logged: warnings and errors alone. */
  async log(): Promise<string> {
    const files = ['prometheus-data/prometheus.log', 'alertmanager-data/alertmanager.log'];
    return (await Promise.all(files.map((file) => readFile(path.join(this.#folder, file), 'utf8')))).join('');
  }

  async stop(): Promise<void> {
    await this.#children.stop();
    await this.#demo.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, input: RulesConfigInput): Promise<void> {
  const config = readConfig(input);
  const flags = expressionsOf(config);
  for (const target of ['prometheus', 'alertmanager'] satisfies Target[]) {
    await mkdir(path.join(folder, target));
    for (const [name, text] of filesOf(target, config, flags)) {
      await writeFile(path.join(folder, target, name), text);
    }
  }
}
