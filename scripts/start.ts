/** `npm start` after its set-up of Node packages: builds, starts everything, says when the page shows data. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parseDatasourceFile } from '../workbench/server/datasourceFile';
import { type DatasourceSettings, defaultSettings } from '../workbench/server/settings';
import { cache } from './lib/paths';
import { isFree } from './lib/ports';
import { say, step } from './lib/progress';
import {
  buildAlertmanager,
  buildBackend,
  buildBridge,
  buildInstrumentation,
  buildJaeger,
  buildPage,
  buildPlugin,
  buildPrometheus,
} from './lib/setup';
import { UserError } from './lib/UserError';
import { chooseHost, type Host } from './start/chooseHost';
import { startDocker } from './start/dockerHost';
import { jaegerUid, startGrafana } from './start/grafanaHost';
import { openBrowser } from './start/openBrowser';
import { parseOptions, type StartOptions, usage } from './start/options';
import { health, waitForData } from './start/readiness';
import { endOnSignal } from './start/shutdown';
import { demoSettings, jaegerApiTraces, Stack, startSource, startWorkbench } from './start/stack';

const dataPatienceMs = 120_000;

/** The settings that the user gave, or nothing where the demo is shown. */
function givenSettings({ prometheus, datasource }: StartOptions): DatasourceSettings | undefined {
  if (prometheus !== undefined) {
    return defaultSettings(prometheus);
  }
  if (datasource === undefined) {
    return undefined;
  }
  try {
    return parseDatasourceFile(readFileSync(datasource, 'utf8'), process.env);
  } catch (error) {
    throw new UserError(`--datasource ${datasource}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function setUp(host: Host, withDemo: boolean, tracing: boolean): Promise<void> {
  if (host.kind === 'docker') {
    return;
  }
  await step('Building the backend', buildBackend);
  if (withDemo) {
    if (process.env.FLAGLENS_PROMETHEUS === undefined) {
      await step('Building Prometheus from its Go module', buildPrometheus);
    }
    if (host.kind === 'workbench' && process.env.FLAGLENS_ALERTMANAGER === undefined) {
      await step('Building Alertmanager from its Go module', buildAlertmanager);
    }
    if (tracing && process.env.FLAGLENS_JAEGER === undefined) {
      await step('Building Jaeger from its Go module', buildJaeger);
    }
    await step('Building the instrumentation library', buildInstrumentation);
  }
  await step('Building the plugin', buildPlugin);
  if (host.kind === 'workbench') {
    await step('Building the bridge to the backend', buildBridge);
    await step('Bundling the workbench', buildPage);
  }
}

/** Says how a datasource of the user is; one that does not work is shown all the same, to be fixed on its page. */
async function tellHealth(url: string): Promise<void> {
  const { ok, message } = await health(url);
  say(
    ok ? `The datasource answers: ${message}` : `The datasource does not work: ${message} Fix it at ${url}/datasource`
  );
}

interface Running {
  stack: Stack;
  end: (code: number) => Promise<never>;
  ending: AbortSignal;
}

async function startHost(host: Host, options: StartOptions, { stack, end, ending }: Running): Promise<string> {
  const { port } = options;
  if (host.kind === 'docker') {
    if (options.prometheus !== undefined || options.datasource !== undefined) {
      throw new UserError(
        'With Docker the demo is shown; use --host workbench or --host grafana for a datasource of yours.'
      );
    }
    return startDocker(stack, options, ending);
  }
  const folder = path.join(cache, 'run', String(port));
  const onUnexpectedExit = (reason: string) => {
    if (!ending.aborted) {
      console.error(reason);
      void end(1);
    }
  };
  const given = givenSettings(options);
  // Grafana evaluates alert rules itself.
  const pageUrl = host.kind === 'workbench' ? `http://127.0.0.1:${port}` : undefined;
  const { tracing } = options;
  const source = given ? undefined : await startSource(stack, folder, onUnexpectedExit, { pageUrl, tracing });
  if (source) {
    say(`The demo runs; Prometheus is at ${source.prometheusUrl}, the demo's controls at ${source.controlUrl}`);
  }
  const jaeger = source?.jaeger;
  if (jaeger) {
    say(`The demo is traced; Jaeger answers at ${jaeger.url}/api/traces?service=shop`);
  }
  const inGrafana = host.kind === 'grafana';
  const traces = jaeger && (inGrafana ? { datasourceUid: jaegerUid } : jaegerApiTraces(jaeger));
  const settings = given ?? demoSettings(source?.prometheusUrl ?? '', traces);
  if (host.kind === 'grafana') {
    const { home, binary } = host;
    return startGrafana(stack, {
      home,
      binary,
      port,
      folder: path.join(folder, 'grafana'),
      settings,
      onUnexpectedExit,
      ...(jaeger ? { jaegerUrl: jaeger.url } : {}),
      ...(source ? { inboxUrl: `${source.controlUrl}/api/notifications` } : {}),
    });
  }
  return startWorkbench(stack, {
    port,
    datasources: [settings],
    folder,
    onUnexpectedExit,
    ...(source ? { controlUrl: source.controlUrl } : {}),
  });
}

async function start(options: StartOptions, running: Running): Promise<void> {
  const host = await chooseHost(options.host);
  say(`Host: ${host.kind} (${host.why})`);
  const free = async () => {
    if (!(await isFree(options.port))) {
      throw new UserError(
        `Port ${options.port} is in use by another program. Stop that, or choose another port: npm start -- --port ${options.port + 1}`
      );
    }
  };
  await free();
  const withDemo = givenSettings(options) === undefined;
  await setUp(host, withDemo, options.tracing);
  if (running.ending.aborted) {
    return;
  }
  // The set-up took its time, in which somebody else may have come.
  await free();
  const url = await startHost(host, options, running);
  if (withDemo) {
    say('Waiting for the first scrapes to show in the page');
    await waitForData(url, dataPatienceMs, running.ending);
  } else {
    await tellHealth(url);
  }
  const page = `${url}/d/flaglens-feature`;
  console.log(`ready: ${page}`);
  if (options.open) {
    openBrowser(page);
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const stack = new Stack();
  const { ending, end } = endOnSignal(stack);
  try {
    await start(options, { stack, ending, end });
  } catch (error) {
    if (!ending.aborted) {
      console.error(error instanceof UserError ? error.message : error);
      await end(1);
    }
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
