import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';

const patience = 8000;
/** What a shell says of a command that is not there. */
const notFound = 127;

export interface ChildOptions {
  /** Its name in messages. */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Where its output goes. */
  logFile: string;
  /** Called when it ends without having been asked to. */
  onUnexpectedExit?: (reason: string) => void;
}

/**
 * The long-running processes that this program started, each at the head of a process group of its own, so that it
 * ends with all that it started in turn.
 */
export class ChildGroup {
  readonly #children = new Set<ChildProcess>();
  #stopping = false;

  /** Starts a process and keeps it until `stop`. */
  start(options: ChildOptions): ChildProcess {
    if (this.#stopping) {
      throw new Error(`${options.name} is not started: everything is being stopped.`);
    }
    mkdirSync(path.dirname(options.logFile), { recursive: true });
    const [command, args] = guarded(options.command, options.args);
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      // The guard watches the pipe that is its stdin.
      stdio: ['pipe', 'pipe', 'pipe'],
      // The terminal's Ctrl-C reaches only us, and we stop the others in order.
      detached: true,
    });
    const log = createWriteStream(options.logFile, { flags: 'w' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#children.add(child);
    const ended = (reason: string) => {
      this.#children.delete(child);
      log.end();
      if (!this.#stopping) {
        options.onUnexpectedExit?.(`${options.name} ${reason}; its log is ${options.logFile}`);
      }
    };
    child.once('error', (error) => ended(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      // The guard still waits for us where its command ended by itself.
      signalGroup(child, 'SIGKILL');
      ended(code === notFound ? 'could not be started: it is not there' : `ended (${code ?? signal ?? 'unknown'})`);
    });
    return child;
  }

  /** Asks every process to end, last started first, and kills those that do not within some seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#children].reverse().map((child) => stopOne(child)));
  }

  /** Kills every process at once. */
  killNow(): void {
    this.#stopping = true;
    this.#children.forEach((child) => signalGroup(child, 'SIGKILL'));
  }
}

/**
 * Ends the command when the pipe from us breaks, which the system does for us however we end, SIGKILL included. The
 * command takes the shell's place, so that its exit code and signals are its own.
 */
const guard =
  'command -v "$0" >/dev/null || exit 127; exec 3<&0; (cat <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$0" "$@" 3<&- </dev/null';

function guarded(command: string, args: readonly string[]): [string, string[]] {
  return process.platform === 'win32' ? [command, [...args]] : ['/bin/sh', ['-c', guard, command, ...args]];
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already; where there are no groups, the process alone is asked.
    child.kill(signal);
  }
}

async function stopOne(child: ChildProcess): Promise<void> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patience);
  await closed;
  clearTimeout(timer);
  // What it started may have ignored the request.
  signalGroup(child, 'SIGKILL');
}
