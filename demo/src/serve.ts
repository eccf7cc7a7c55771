import type { FastifyInstance } from 'fastify';

/** Where a service of the demo listens, from HOST and PORT; loopback and any free port if they are not set. */
export function addressFromEnvironment(environment: NodeJS.ProcessEnv = process.env): { host: string; port: number } {
  const port = Number(environment.PORT ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`PORT must be a number from 0 to 65535, not ${String(environment.PORT)}`);
  }
  return { host: environment.HOST ?? '127.0.0.1', port };
}

/** What a service tells the process that started it. */
export interface Ready {
  ready: true;
  port: number;
}

/**
 * Listens, says so, and ends with the process that started it: on SIGTERM and SIGINT, and when the channel to a parent
 * closes because that has died.
 */
export async function serve(name: string, app: FastifyInstance, stop: () => Promise<void> | void): Promise<void> {
  const { host, port } = addressFromEnvironment();
  const url = await app.listen({ host, port });
  const ready: Ready = { ready: true, port: Number(new URL(url).port) };
  console.log(`${name} listens on ${host}:${ready.port}`);
  process.send?.(ready);

  let ending = false;
  const end = () => {
    if (ending) {
      return;
    }
    ending = true;
    void Promise.resolve(stop())
      .then(() => app.close())
      .finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
}
