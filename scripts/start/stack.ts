import path from 'node:path';

import { startDemo } from '../../demo/src/start';
import { Bridge } from '../../workbench/server/Bridge';
import { type DatasourceSettings, defaultSettings, mergeSettings } from '../../workbench/server/settings';
import { startServer } from '../../workbench/server/startServer';
import type { Traces } from '../../src/contract/contract.gen';
import { ChildGroup } from '../lib/ChildGroup';
import { backendBinary, root, toolBinary } from '../lib/paths';
import { promtoolBinary, writeHistory } from './history';
import { startDemoAlerts } from './demoAlerts';
import { jaegerBinary, startJaeger, type Jaeger } from './jaegerServer';
import { startPrometheus } from './prometheusServer';

/** What was started together and ends together, last first. */
export class Stack {
  readonly children = new ChildGroup();
  readonly #parts: Array<{ stop: () => Promise<void>; kill: () => void }> = [];

  /** Adds something that has to be stopped. */
  add(stop: () => Promise<void>, kill: () => void = () => undefined): void {
    this.#parts.push({ stop, kill });
  }

  /** Stops everything; what fails to stop does not keep the rest running. */
  async stop(): Promise<void> {
    for (const { stop, kill } of [...this.#parts].reverse()) {
      try {
        await stop();
      } catch {
        kill();
      }
    }
    await this.children.stop();
  }

  /** Kills everything at once. */
  killNow(): void {
    this.#parts.forEach(({ kill }) => kill());
    this.children.killNow();
  }
}

type OnExit = (reason: string) => void;

/** The demo, and a Prometheus that scrapes it. */
export interface Source {
  prometheusUrl: string;
  controlUrl: string;
  /** Where the demo's traces are; absent where it is not traced. */
  jaeger?: Jaeger;
}

/** What goes with the demo beside its Prometheus. */
export interface SourceOptions {
  /** Where the messages of alerts link to, for a host that evaluates no rules: Prometheus does it for it. */
  pageUrl?: string | undefined;
  /** Whether the demo is traced, into a Jaeger that is started here. */
  tracing?: boolean;
}

/**
 * Starts the demo and its Prometheus, which begins with a simulated past of the demo that ends now. Without a promtool
 * it begins empty.
 *
 * @param folder holds data and logs
 */
export async function startSource(
  stack: Stack,
  folder: string,
  onUnexpectedExit: OnExit,
  { pageUrl, tracing = false }: SourceOptions = {}
): Promise<Source> {
  const prometheusFolder = path.join(folder, 'prometheus');
  const promtool = promtoolBinary();
  const end = Math.floor(Date.now() / 1000);
  const history =
    promtool === undefined ? undefined : writeHistory(path.join(prometheusFolder, 'data'), promtool, { end });
  // Its failure is heard below, when there is a demo that can be stopped.
  history?.catch(() => undefined);
  const jaeger = tracing
    ? await startJaeger({
        binary: jaegerBinary(),
        folder: path.join(folder, 'jaeger'),
        children: stack.children,
        onUnexpectedExit,
      })
    : undefined;
  const demo = await startDemo({
    onUnexpectedExit,
    ...(history ? { historyUntil: end } : {}),
    ...(jaeger && { tracing: { otlpUrl: jaeger.otlpUrl, logFolder: path.join(folder, 'jaeger') } }),
  });
  stack.add(() => demo.stop());
  await history;
  const common = { children: stack.children, onUnexpectedExit };
  const alerting =
    pageUrl === undefined
      ? undefined
      : await startDemoAlerts({
          ...common,
          folder: path.join(folder, 'alerts'),
          controlUrl: demo.controlUrl,
          pageUrl,
        });
  const prometheusUrl = await startPrometheus({
    ...common,
    binary: prometheusBinary(),
    folder: prometheusFolder,
    targets: demo.targets,
    ...(alerting && { alerting }),
  });
  return { prometheusUrl, controlUrl: demo.controlUrl, ...(jaeger && { jaeger }) };
}

/** The Prometheus that is used: an installed one where its path is given, else the one that the set-up builds. */
export function prometheusBinary(): string {
  return process.env.FLAGLENS_PROMETHEUS ?? toolBinary('prometheus');
}

/** Where the workbench links to. The Jaeger that is built from its module has an API and no pages; Grafana draws its traces. */
export function jaegerApiTraces({ url }: Jaeger): Traces {
  return { url: `${url}/api/traces/\${traceId}` };
}

/**
 * What the demo's datasource is set to; the provisioned one for Grafana says the same.
 *
 * @param traces where its exemplars lead; they are not shown where it is not given
 */
export function demoSettings(prometheusUrl: string, traces?: Traces): DatasourceSettings {
  return mergeSettings(defaultSettings(prometheusUrl), {
    jsonData: {
      httpMethod: 'POST',
      timeInterval: '5s',
      preset: 'flaglens',
      baselines: { 'checkout-v2': 'off', 'search-ranking': 'control', recommendations: 'off', 'order-history': 'off' },
      markers: [{ metric: 'flaglens_demo_simulated', title: 'simulated' }],
      ...(traces && { traces }),
    },
  });
}

export interface WorkbenchOptions {
  port: number;
  /** The datasources to begin with. */
  datasources: readonly DatasourceSettings[];
  /** Holds the logs. */
  folder: string;
  controlUrl?: string;
  onUnexpectedExit: OnExit;
}

/** Starts the bridge and the workbench's server. @returns the address of the page */
export async function startWorkbench(stack: Stack, options: WorkbenchOptions): Promise<string> {
  const bridge = await Bridge.start({
    binary: toolBinary('flaglens-bridge'),
    backend: backendBinary(),
    logFile: path.join(options.folder, 'bridge.log'),
    onUnexpectedExit: options.onUnexpectedExit,
  });
  stack.add(
    () => bridge.stop(),
    () => bridge.killNow()
  );
  const server = await startServer(
    {
      pluginFolder: path.join(root, 'dist'),
      pageFolder: path.join(root, 'workbench/dist'),
      dashboardFolder: path.join(root, 'dashboards/generated'),
      bridge,
      datasources: options.datasources,
      info: options.controlUrl === undefined ? {} : { controlUrl: options.controlUrl },
    },
    options.port
  );
  stack.add(() => server.close());
  return server.url;
}
