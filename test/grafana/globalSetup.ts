import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const port = process.env.FLAGLENS_GRAFANA_PORT ?? '3130';
const patience = 300_000;

/** Starts everything as a user would, and hands back how to stop it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const args = ['scripts/start.mjs', '--host', 'grafana', '--port', port, '--no-open'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${said.join('\n')}`)), patience);
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('ready: ')) {
        clearTimeout(timer);
        resolve();
      }
    });
    child.once('close', (code) => reject(new Error(`npm start ended with ${String(code)}:\n${said.join('\n')}`)));
  });
  return async () => {
    child.kill('SIGINT');
    await ended;
  };
}
