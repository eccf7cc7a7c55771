import type { FastifyInstance } from 'fastify';

/** Where a service of the demo listens, from HOST and PORT; loopback and any free port if they are not set. */
function addressFromEnvironment(environment: NodeJS.ProcessEnv = process.env): { host: string; port: number } {
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
 * closes because that has died. `stop` comes before the server closes, `atLast` when no request is under way any more.
 */
export async function serve(
  name: string,
  app: FastifyInstance,
  stop: () => Promise<void> | void,
  atLast: () => Promise<void> | undefined = () => undefined
): Promise<void> {
  const { host, port } = addressFromEnvironment();
  const url = await listen(app, host, port);
  const ready: Ready = { ready: true, port: Number(new URL(url).port) };
  console.log(`${name} listens on ${host}:${ready.port}`);
  // A parent that dies just now cannot be informed; the end below follows from it.
  process.send?.(ready, undefined, undefined, () => undefined);

  let ending = false;
  const end = () => {
    if (ending) {
      return;
    }
    ending = true;
    void Promise.resolve(stop())
      .then(() => app.close())
      .then(atLast)
      .finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
  // The parent can have died before there was anybody here to hear of it.
  if (process.send !== undefined && !process.connected) {
    end();
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      console.error(`Port ${String(port)} is in use on ${host}: end what listens there, or set PORT to another.`);
      process.exit(1);
    }
    throw error;
  }
}
