import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestMetrics } from './RequestMetrics.js';
import { beginRequest, describe, type Described } from './trackRequest.js';
import { watchUpgrade } from './watchUpgrade.js';

/** Options of {@link instrumentUpgrades}. */
export interface UpgradeOptions {
  requests: RequestMetrics;
  /** The route's pattern; undefined if none matched. Never answer the raw path. */
  route?: (request: IncomingMessage) => string | undefined;
  /** Requests that are left out. */
  ignore?: (request: IncomingMessage) => boolean;
}

/**
 * Records the requests to upgrade a connection of a `node:http` server, such as those for a WebSocket: once each, as 101 or
 * with the status that refused it, with the time until then. Call it before or after the server of the sockets is made.
 */
export function instrumentUpgrades(server: Server, { requests, route, ignore }: UpgradeOptions): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    const record =
      event === 'upgrade'
        ? requests.guarded('upgrade', () => track(args[0] as IncomingMessage, args[1] as Duplex))
        : undefined;
    return record === undefined ? emit(event, ...args) : requests.run(record, () => emit(event, ...args));
  };

  function track(request: IncomingMessage, socket: Duplex) {
    const described: Described = {
      site: 'upgrade',
      request,
      method: () => request.method ?? 'GET',
      route: route && (() => route(request)),
      ignore: ignore && (() => ignore(request)),
    };
    const record = beginRequest(requests, described);
    if (record !== undefined) {
      const finish = (status: number) => record.finish({ ...describe(requests, described), status });
      watchUpgrade(socket, {
        answered: () => false,
        accepted: () => record.goesOn({ ...describe(requests, described), status: 101 }),
        refused: finish,
      });
      // Nobody answered.
      socket.once('close', () => finish(499));
    }
    return record;
  }
}
