import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { instances } from './instances';
import type { Ready } from './serve';

/** Options of the demo. */
export interface DemoOptions {
  /** Ports of loopback; any free ones if they are not given. */
  ports?: { control?: number; shops?: readonly number[] };
  /** Requests a second at the start. */
  rps?: number;
  /** Makes latencies, failures and visits repeat themselves; they are drawn anew each time if it is not given. */
  seed?: number;
  /** Unix seconds up to which the demo's Prometheus holds a simulated past, for the control page to say so. */
  historyUntil?: number;
  /** Traces the demo, and has its checkout charge at a second service. */
  tracing?: {
    /** Where OTLP over HTTP is taken, such as http://127.0.0.1:4318. */
    otlpUrl: string;
    /** A folder for what the services log, the failures with their trace ids; nothing is kept if it is not given. */
    logFolder?: string;
  };
  /** Called when a part of the demo ends without having been asked to. */
  onUnexpectedExit?: (reason: string) => void;
}

/** Something for Prometheus to scrape. */
export interface DemoTarget {
  job: string;
  instance: string;
  /** host:port */
  address: string;
}

/** The running demo. */
export interface Demo {
  targets: DemoTarget[];
  controlUrl: string;
  /** Ids of the demo's processes. */
  pids: number[];
  /** Ends every process of the demo. */
  stop(): Promise<void>;
}

const patience = 30_000;
const farewell = 5000;

/**
 * Starts the control with the load, two instances of the shop, and the payments behind them where the demo is traced,
 * each a process of its own, on loopback.
 */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const children: ChildProcess[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all(children.map(end));
  };
  const seed: Record<string, string> = options.seed === undefined ? {} : { SEED: String(options.seed) };
  const { tracing } = options;
  const traced: Record<string, string> = tracing ? { OTLP_URL: tracing.otlpUrl } : {};
  const start = async (name: string, file: string, environment: Record<string, string>) => {
    const child = launch(name, file, { ...seed, ...environment }, tracing?.logFolder);
    children.push(child);
    const port = await listening(name, child);
    child.once('exit', (code, signal) => {
      if (!stopping) {
        options.onUnexpectedExit?.(`${name} of the demo ended (${String(code ?? signal)})`);
      }
    });
    return { child, address: `127.0.0.1:${port}` };
  };
  try {
    const control = await start('control', 'control/main.ts', {
      PORT: String(options.ports?.control ?? 0),
      ...(options.rps === undefined ? {} : { RPS: String(options.rps) }),
      ...(options.historyUntil === undefined ? {} : { HISTORY_UNTIL: String(options.historyUntil) }),
    });
    const controlUrl = `http://${control.address}`;
    const payments = tracing ? await start('payments', 'payments/main.ts', traced) : undefined;
    const shops = await Promise.all(
      instances.map((instance, index) =>
        start(instance, 'shop/main.ts', {
          PORT: String(options.ports?.shops?.[index] ?? 0),
          INSTANCE: instance,
          CONTROL_URL: controlUrl,
          ...traced,
          ...(payments && { PAYMENTS_URL: `http://${payments.address}` }),
        })
      )
    );
    control.child.send({ targets: shops.map(({ address }) => `http://${address}`) });
    const targets = shops.map(({ address }, index) => ({
      job: 'shop',
      instance: instances[index] ?? address,
      address,
    }));
    const pids = children.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    return { targets, controlUrl, pids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(
  name: string,
  file: string,
  environment: Record<string, string>,
  logFolder: string | undefined
): ChildProcess {
  // The condition lets the instrumentation run from its source: a checkout needs no build before its demo.
  const node = ['--import', 'tsx', '--conditions', '@flaglens/source'];
  const log = logFolder === undefined ? undefined : openSync(path.join(logFolder, `${name}.log`), 'w');
  const child = spawn(process.execPath, [...node, path.join(import.meta.dirname, file)], {
    // tsx is found from here, wherever the demo was started.
    cwd: import.meta.dirname,
    env: { ...process.env, HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
  });
  if (log !== undefined) {
    // The child has its own handle of the file.
    closeSync(log);
  }
  return child;
}

/** Waits until a part of the demo says on which port it listens. */
async function listening(name: string, child: ChildProcess): Promise<number> {
  const failed = new AbortController();
  const { signal } = failed;
  const timer = setTimeout(
    () => failed.abort(new Error(`${name} did not listen within ${patience / 1000} s`)),
    patience
  );
  child.once('exit', (code) => failed.abort(new Error(`${name} could not start (exit code ${String(code)})`)));
  child.once('error', (error) => failed.abort(error));
  try {
    const [message] = (await once(child, 'message', { signal })) as [Ready];
    return message.port;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  const closed = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), farewell);
  await closed;
  clearTimeout(timer);
}
