import type { AddressInfo } from 'node:net';

import { createApp, type AppOptions } from './app';

/** A listening workbench. */
export interface WorkbenchServer {
  url: string;
  close: () => Promise<void>;
}

/** Starts the workbench's server on a port of loopback; 0 takes a free one. */
export async function startServer(options: AppOptions, port: number): Promise<WorkbenchServer> {
  const app = await createApp(options);
  await app.listen({ host: '127.0.0.1', port });
  const { port: given } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${given}`, close: () => app.close() };
}
