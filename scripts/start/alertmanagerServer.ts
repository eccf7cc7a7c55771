import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { ChildGroup } from '../lib/ChildGroup';
import { toolBinary } from '../lib/paths';
import { freePort } from '../lib/ports';
import { startServer } from '../lib/startServer';

export interface AlertmanagerOptions {
  binary: string;
  /** Its data and log go there. */
  folder: string;
  /** Holds alertmanager.yml and the templates that it names. */
  configFolder: string;
  children: ChildGroup;
  onUnexpectedExit: (reason: string) => void;
}

/** The Alertmanager that is used: an installed one where its path is given, else the one that the set-up builds. */
export function alertmanagerBinary(): string {
  return process.env.FLAGLENS_ALERTMANAGER ?? toolBinary('alertmanager');
}

/** Starts an Alertmanager on a free port of loopback and waits until it answers. @returns its address, host:port */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<string> {
  const { folder, children } = options;
  mkdirSync(folder, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  await startServer(children, {
    name: 'Alertmanager',
    command: options.binary,
    args: [
      `--config.file=${path.join(options.configFolder, 'alertmanager.yml')}`,
      `--storage.path=${path.join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      // One of its kind: it looks for no others.
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    logFile: path.join(folder, 'alertmanager.log'),
    readyUrl: `http://${address}/-/ready`,
    timeoutMs: 60_000,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return address;
}
