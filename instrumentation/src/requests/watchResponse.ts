import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse, type Http2Session } from 'node:http2';
import { ABORTED_STATUS, UNMATCHED_ROUTE } from '../floor/conventions.js';
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
  // HTTP/2 announces the end of every answer by `finish`, even of one that was given up.
  const session = request.httpVersionMajor < 2 ? undefined : asHttp2(response).stream.session;
  response.on('finish', () =>
    finish(session === undefined ? response.statusCode : streamStatus(asHttp2(response), session))
  );
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

/**
 * The status of an answer over HTTP/2, whose streams end alone while their connection goes on. One that ends before its
 * answer was given up by the client, which cancels it or loses its connection, or else torn down by the server.
 */
function streamStatus(response: Http2ServerResponse, session: Http2Session): number {
  const { stream, statusCode, writableEnded, writableFinished } = response;
  const { NGHTTP2_NO_ERROR, NGHTTP2_CANCEL } = constants;
  if (!stream.aborted && stream.rstCode === NGHTTP2_NO_ERROR) {
    return statusCode;
  }
  const connectionLost = session.destroyed && codeOf(stream.errored) === 'ECONNRESET';
  const givenUp = writableFinished && !writableEnded && stream.errored === null;
  if (stream.rstCode === NGHTTP2_CANCEL || connectionLost || givenUp) {
    return ABORTED_STATUS;
  }
  return Math.max(500, statusCode);
}

/** Node.js hands the response of its compatibility API to listeners that were written for HTTP/1. */
function asHttp2(response: ServerResponse): Http2ServerResponse {
  return response as unknown as Http2ServerResponse;
}

function codeOf(error: Error | null): unknown {
  return error !== null && 'code' in error ? error.code : undefined;
}
