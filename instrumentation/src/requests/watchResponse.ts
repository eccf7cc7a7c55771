import type { IncomingMessage, ServerResponse } from 'node:http';
import { ABORTED_STATUS, UNMATCHED_ROUTE } from '../conventions.js';
import type { RequestRecord } from './RequestRecord.js';

/** Method and route of a request, asked for at its end: routers know the route only then. */
export type Describe = () => { method: string; route: string };

/**
 * Finishes the record when the response ends in any way: complete, given up by the client, or broken by the server.
 * A `describe` that throws leaves the request with an unmatched route rather than uncounted.
 */
export function watchResponse(
  record: RequestRecord,
  request: IncomingMessage,
  response: ServerResponse,
  describe: Describe,
  guarded: <T>(action: () => T) => T | undefined
): void {
  const finish = (status: number) => {
    const described = guarded(describe) ?? { method: request.method ?? 'GET', route: UNMATCHED_ROUTE };
    record.finish({ ...described, status });
  };
  // Not `once`: a record ends once by itself, and each listener that takes itself off costs a microsecond.
  response.on('finish', () => finish(response.statusCode));
  response.on('close', () => {
    if (!response.writableFinished) {
      finish(brokenStatus(request, response));
    }
  });
}

/**
 * The status of an answer that was never completed. It is the client's doing if the connection ended or failed at
 * its side; otherwise the server tore it down, which its users see as an error whatever status had been sent.
 */
function brokenStatus(request: IncomingMessage, response: ServerResponse): number {
  const clientLeft = request.socket.readableEnded || request.socket.errored !== null;
  if (clientLeft && response.errored === null) {
    return ABORTED_STATUS;
  }
  return Math.max(500, response.statusCode);
}
