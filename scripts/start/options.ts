import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { UserError } from '../lib/UserError';

const hosts = ['auto', 'grafana', 'docker', 'workbench'] as const;

/** Where the plugin is shown. */
export type HostChoice = (typeof hosts)[number];

export interface StartOptions {
  host: HostChoice;
  port: number;
  open: boolean;
  /** A Prometheus of the user, in place of the demo. */
  prometheus?: string;
  /** Whether the demo is traced, into a Jaeger of its own. */
  tracing: boolean;
  /** A Grafana provisioning file with the datasource's settings. */
  datasource?: string;
}

const defaultPort = 3000;

export const usage = `npm start -- [options]

  --host auto|grafana|docker|workbench   where to show the plugin (auto: the first that is there)
  --port N                               the port of the page (${defaultPort})
  --no-open                              do not open a browser
  --prometheus URL                       use this Prometheus in place of the demo
  --datasource FILE                      use the datasource of this Grafana provisioning file
  --tracing                              trace the demo, into a Jaeger that is started with it
  --help                                 this text`;

function isHost(value: string): value is HostChoice {
  return (hosts as readonly string[]).includes(value);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UserError(`--port takes a number from 1 to 65535, not ${value}.`);
  }
  return port;
}

function checkUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UserError(`--prometheus takes an address such as http://127.0.0.1:9090, not ${value}.`);
  }
  return value;
}

/**
 * Reads the command line.
 *
 * @returns the options, or 'help' if that is all that was asked for
 * @throws UserError naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): StartOptions | 'help' {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        host: { type: 'string', default: 'auto' },
        port: { type: 'string', default: String(defaultPort) },
        'no-open': { type: 'boolean', default: false },
        prometheus: { type: 'string' },
        datasource: { type: 'string' },
        tracing: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
  if (values.help) {
    return 'help';
  }
  if (!isHost(values.host)) {
    throw new UserError(`--host takes one of ${hosts.join(', ')}, not ${values.host}.`);
  }
  if (values.prometheus !== undefined && values.datasource !== undefined) {
    throw new UserError('--prometheus and --datasource exclude each other: the file names the Prometheus itself.');
  }
  if (values.tracing && (values.prometheus !== undefined || values.datasource !== undefined)) {
    throw new UserError('--tracing is about the demo, which --prometheus and --datasource take the place of.');
  }
  if (values.datasource !== undefined && !existsSync(values.datasource)) {
    throw new UserError(`--datasource: there is no file ${values.datasource}.`);
  }
  return {
    host: values.host,
    port: parsePort(values.port),
    open: !values['no-open'],
    tracing: values.tracing,
    ...(values.prometheus === undefined ? {} : { prometheus: checkUrl(values.prometheus) }),
    ...(values.datasource === undefined ? {} : { datasource: values.datasource }),
  };
}
