import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from '../lib/paths';
import { alertmanagerBinary, startAlertmanager, type AlertmanagerOptions } from './alertmanagerServer';
import type { PrometheusAlerting } from './prometheusServer';

/** Where the generated files say that the demo's control and the page with the dashboards are; elsewhere in each run. */
const control = 'http://control:8080';
const page = 'http://127.0.0.1:3000';

export interface DemoAlertsOptions extends Pick<AlertmanagerOptions, 'children' | 'onUnexpectedExit'> {
  /** Emptied before. */
  folder: string;
  controlUrl: string;
  /** Where messages link to. */
  pageUrl: string;
}

/**
 * Starts an Alertmanager that notifies the demo's inbox, for hosts that evaluate no rules of their own.
 *
 * @returns what Prometheus evaluates, and whom it tells
 */
export async function startDemoAlerts(options: DemoAlertsOptions): Promise<PrometheusAlerting> {
  const { folder, controlUrl, pageUrl, ...common } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const rules = path.join(folder, 'rules');
  const configFolder = path.join(folder, 'alertmanager');
  await copy('docker/rules', rules, [page, pageUrl]);
  await copy('docker/alertmanager', configFolder, [control, controlUrl]);
  const alertmanager = await startAlertmanager({
    ...common,
    binary: alertmanagerBinary(),
    folder: path.join(folder, 'state'),
    configFolder,
  });
  return { rules, alertmanager };
}

/** Copies a folder of the checkout, with one text replaced by another in every file. */
async function copy(from: string, to: string, [text, replacement]: readonly [string, string]): Promise<void> {
  await cp(path.join(root, from), to, { recursive: true });
  for (const name of await readdir(to)) {
    const file = path.join(to, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(text, replacement));
  }
}
