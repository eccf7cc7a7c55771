import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What becomes of a request to upgrade its connection. Each is called at most once, and must not throw. */
export interface UpgradeEnds {
  /** Whether the answer is an ordinary one, which is watched otherwise. */
  answered: () => boolean;
  accepted: () => void;
  refused: (status: number) => void;
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;

/**
 * Watches what is written on the connection of a request to upgrade it: who accepts it, such as `ws`, writes the head of the
 * answer there by himself, and no response tells of it.
 */
export function watchUpgrade(socket: Duplex, ends: UpgradeEnds): void {
  const { write, end } = socket;
  const own = { write: Object.hasOwn(socket, 'write'), end: Object.hasOwn(socket, 'end') };
  const restore = (method: 'write' | 'end', before: unknown) => {
    if (own[method]) {
      Object.assign(socket, { [method]: before });
    } else {
      Reflect.deleteProperty(socket, method);
    }
  };
  const look = (chunk: unknown) => {
    restore('write', write);
    restore('end', end);
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
    write: (...args: unknown[]): unknown => {
      look(args[0]);
      return Reflect.apply(socket.write, socket, args);
    },
    end: (...args: unknown[]): unknown => {
      look(args[0]);
      return Reflect.apply(socket.end, socket, args);
    },
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
