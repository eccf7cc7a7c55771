import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.join(__dirname, '../../..');

/** The services of `faultyHost.ts` in a process of their own, as an exception that nobody catches would end it. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #ports: Readonly<Record<string, number>>;

  private constructor(child: ChildProcess, ports: Record<string, number>) {
    this.#child = child;
    this.#ports = ports;
  }

  /** Starts it and waits for its ports. */
  static async start(args: readonly string[]): Promise<HostProcess> {
    const program = path.join(__dirname, 'faultyHost.ts');
    const node = ['--import', 'tsx', '--conditions', '@flaglens/source', program, ...args];
    const child = spawn(process.execPath, node, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the host ended: ${said}`);
    });
    const lines = createInterface(child.stdout);
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return new HostProcess(child, JSON.parse(line) as Record<string, number>);
  }

  /** The port of the service with this fault. */
  port(fault: string): number {
    const port = this.#ports[fault];
    if (port === undefined) {
      throw new Error(`there is no service with the fault "${fault}"`);
    }
    return port;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill();
      await ended;
    }
  }
}
