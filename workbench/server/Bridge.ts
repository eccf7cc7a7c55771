import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import type { DatasourceSettings } from './settings';

const startPatienceMs = 30_000;
const stopPatienceMs = 5_000;

export interface BridgeOptions {
  /** The bridge's own binary. */
  binary: string;
  /** The plugin's backend binary, which the bridge starts. */
  backend: string;
  logFile: string;
  onUnexpectedExit: (reason: string) => void;
}

/** The running Go process that serves Grafana's HTTP shapes over the plugin protocol. */
export class Bridge {
  /** Where it listens, like http://127.0.0.1:4711. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;

  private constructor(child: ChildProcess, url: string, answers: AsyncIterator<string>, options: BridgeOptions) {
    this.#child = child;
    this.url = url;
    this.#answers = answers;
    child.once('close', (code, signal) => {
      if (!this.#stopping) {
        options.onUnexpectedExit(
          `The bridge to the backend ended (${code ?? signal ?? 'unknown'}); its log is ${options.logFile}`
        );
      }
    });
  }

  /** Starts the bridge and waits until it listens. */
  static async start(options: BridgeOptions): Promise<Bridge> {
    mkdirSync(path.dirname(options.logFile), { recursive: true });
    const child = spawn(options.binary, ['--backend', options.backend], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // It ends when its stdin does; the terminal's Ctrl-C is for us alone.
      detached: true,
    });
    // A write that finds the bridge gone is answered by its end, not by a crash of ours.
    child.stdin.on('error', () => undefined);
    child.stderr.pipe(createWriteStream(options.logFile, { flags: 'w' }));
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const timer = setTimeout(() => child.kill('SIGKILL'), startPatienceMs);
    try {
      const failed = new Promise<never>((_, reject) => child.once('error', reject));
      const first = await Promise.race([answers.next(), failed]);
      const address = first.done === true ? undefined : /^listening on (\S+)$/.exec(first.value)?.[1];
      if (address === undefined) {
        throw new Error(`The bridge to the backend did not start; its log is ${options.logFile}`);
      }
      return new Bridge(child, `http://${address}`, answers, options);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Puts settings of a datasource in force.
   *
   * @throws Error if the bridge refuses them or has ended
   */
  apply(settings: DatasourceSettings): Promise<void> {
    const applied = this.#turn.then(async () => {
      this.#child.stdin?.write(`${JSON.stringify(settings)}\n`);
      const answer = await this.#answers.next();
      if (answer.done === true) {
        throw new Error('The bridge to the backend has ended.');
      }
      if (answer.value !== 'applied') {
        throw new Error(answer.value);
      }
    });
    // Answers carry no names, so one change waits for the other, also after one that failed.
    this.#turn = applied.catch(() => undefined);
    return applied;
  }

  /** Ends the bridge and the backend behind it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return;
    }
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.killNow(), stopPatienceMs);
    await closed;
    clearTimeout(timer);
  }

  /** Kills the bridge and the backend at once. */
  killNow(): void {
    this.#stopping = true;
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}
