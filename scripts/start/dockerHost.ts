import { run } from '../lib/run';
import { say } from '../lib/progress';
import { waitFor } from '../lib/waitFor';
import type { StartOptions } from './options';
import type { Stack } from './stack';

/** Builds and starts the containers of docker-compose.yml and waits for Grafana. @returns its address */
export async function startDocker(
  stack: Stack,
  { port, tracing }: Pick<StartOptions, 'port' | 'tracing'>,
  signal: AbortSignal
): Promise<string> {
  const env = {
    FLAGLENS_PORT: String(port),
    // The profile's services, and what the others need to know of them.
    ...(tracing ? { COMPOSE_PROFILES: 'tracing' } : {}),
  };
  // What compose started half-way must go too, so this is known before it begins.
  stack.add(async () => {
    await run('docker', ['compose', 'down'], { env });
  });
  await run('docker', ['compose', 'up', '--build', '--detach', '--wait'], { env, onLine: say, signal });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    async () => {
      const response = await fetch(`${url}/api/health`);
      return response.ok ? { answer: true } : { notYet: `it answers ${response.status}` };
    },
    { what: 'The start of Grafana', timeoutMs: 180_000, signal }
  );
  return url;
}
