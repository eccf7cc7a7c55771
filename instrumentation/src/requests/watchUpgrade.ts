import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What becomes of a request to upgrade its connection. Each is called at most once, and must not throw. */
export interface UpgradeEnds {
  /** Whether the answer is an ordinary one, which is watched otherwise. */
  answered: () => boolean;
  accepted: () => void;
  refused: (status: number) => void;
}

/** What writes on a connection, whatever it is given. */
interface Connection {
  write: (...args: unknown[]) => unknown;
  end: (...args: unknown[]) => unknown;
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;

/**
 * Watches what is written on the connection of a request to upgrade it: who accepts it, such as `ws`, writes the head of the
 * answer there by himself, and no response tells of it.
 */
export function watchUpgrade(socket: Duplex, ends: UpgradeEnds): void {
  const before = {
    write: Object.getOwnPropertyDescriptor(socket, 'write'),
    end: Object.getOwnPropertyDescriptor(socket, 'end'),
  };
  const restore = (method: 'write' | 'end') => {
    const own = before[method];
    if (own) {
      Object.defineProperty(socket, method, own);
    } else {
      Reflect.deleteProperty(socket, method);
    }
  };
  const called = (method: 'write' | 'end', args: unknown[]): unknown => {
    look(args[0]);
    const connection = socket as unknown as Connection;
    return Reflect.apply(connection[method], socket, args);
  };
  const look = (chunk: unknown) => {
    restore('write');
    restore('end');
    const head = typeof chunk === 'string' ? chunk : Buffer.isBuffer(chunk) ? chunk.toString('latin1', 0, 16) : '';
    const status = Number(STATUS_LINE.exec(head)?.[1] ?? 0);
    if (status !== 0 && !ends.answered()) {
      if (status === 101) {
        ends.accepted();
      } else {
        ends.refused(status);
      }
    }
  };
  Object.assign(socket, {
    write: (...args: unknown[]): unknown => called('write', args),
    end: (...args: unknown[]): unknown => called('end', args),
  });
}

/**
 * Watches a request that express-ws hands to the application when its connection has been upgraded: it says on the request
 * that the route of a socket has taken it. `refused` is called when its connection ends, in any case.
 * @returns false for any other request
 */
export function watchSocketRoute(request: IncomingMessage, accepted: () => void, refused: () => void): boolean {
  if (!('wsHandled' in request)) {
    return false;
  }
  // Where no route takes it, it is closed without an answer.
  request.socket.once('close', refused);
  let handled: unknown = request.wsHandled;
  Object.defineProperty(request, 'wsHandled', {
    configurable: true,
    enumerable: true,
    get: () => handled,
    set: (value: unknown) => {
      handled = value;
      if (value === true) {
        accepted();
      }
    },
  });
  return true;
}
