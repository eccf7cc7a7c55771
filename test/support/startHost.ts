import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');
const patience = 600_000;

/**
 * Starts everything as a user would, on a host and port, and waits until the page shows data.
 *
 * @returns how to stop it
 * @throws Error with all that was said, if it does not get ready
 */
export async function startHost(host: 'grafana' | 'workbench', port: string): Promise<() => Promise<void>> {
  const args = ['scripts/start.mjs', '--host', host, '--port', port, '--no-open'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${reason}:\n${said.join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGINT');
      fail('not ready in time');
    }, patience);
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('ready: ')) {
        clearTimeout(timer);
        resolve();
      }
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`npm start ended with ${String(code)}`);
    });
  });
  return async () => {
    child.kill('SIGINT');
    await ended;
  };
}
