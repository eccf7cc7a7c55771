import { rm } from 'node:fs/promises';
import path from 'node:path';

import { cache } from '../../../scripts/lib/paths';
import { freePort } from '../../../scripts/lib/ports';
import { step } from '../../../scripts/lib/progress';
import {
  buildBackend,
  buildBridge,
  buildInstrumentation,
  buildJaeger,
  buildPage,
  buildPlugin,
  buildPrometheus,
} from '../../../scripts/lib/setup';
import { waitForData } from '../../../scripts/start/readiness';
import { demoSettings, jaegerApiTraces, Stack, startSource, startWorkbench } from '../../../scripts/start/stack';
import { environmentNames } from './environment';

async function build(): Promise<void> {
  await step('Building the backend', buildBackend);
  if (process.env.FLAGLENS_PROMETHEUS === undefined) {
    await step('Building Prometheus', buildPrometheus);
  }
  if (process.env.FLAGLENS_JAEGER === undefined) {
    await step('Building Jaeger', buildJaeger);
  }
  await step('Building the instrumentation library', buildInstrumentation);
  await step('Building the plugin', buildPlugin);
  await step('Building the bridge', buildBridge);
  await step('Bundling the workbench', buildPage);
}

/** Starts the demo, traced, Prometheus, Jaeger, the bridge and the workbench once for all tests. @returns what stops them */
export default async function startStack(): Promise<() => Promise<void>> {
  await build();
  const folder = path.join(cache, 'run/test-browser');
  await rm(folder, { recursive: true, force: true });
  const stack = new Stack();
  process.once('exit', () => stack.killNow());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    // Playwright tears down on Ctrl-C only.
    process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
  }
  const onUnexpectedExit = (reason: string) => process.stderr.write(`${reason}\n`);
  try {
    const source = await startSource(stack, folder, onUnexpectedExit, { tracing: true });
    const url = await startWorkbench(stack, {
      port: await freePort(),
      datasources: [demoSettings(source.prometheusUrl, source.jaeger && jaegerApiTraces(source.jaeger))],
      folder,
      controlUrl: source.controlUrl,
      onUnexpectedExit,
    });
    await waitForData(url, 120_000);
    process.env[environmentNames.workbench] = url;
    process.env[environmentNames.prometheus] = source.prometheusUrl;
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return () => stack.stop();
}
