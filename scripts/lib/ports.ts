import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** Whether a server could listen on the port of loopback now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) {
    throw new Error('This machine gives out no port to listen on.');
  }
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: loopback, port, exclusive: true }, () => {
      const address = server.address();
      const given = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(given));
    });
  });
}
