import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse, type Http2Session } from 'node:http2';
import { ABORTED_STATUS } from '../floor/conventions.js';
import { secondsSince } from '../floor/clock.js';
import type { RequestMetrics } from './RequestMetrics.js';
import type { RequestRecord } from './RequestRecord.js';
import { isStream } from './isStream.js';
import { watchSocketRoute, watchUpgrade } from './watchUpgrade.js';

/** A request whose end is watched for. */
export interface WatchedRequest {
  requests: RequestMetrics;
  record: RequestRecord;
  request: IncomingMessage;
  response: ServerResponse;
  /** Method and route, asked for at the end. Must not throw. */
  describe: () => { method: string; route: string };
  /** The status that a complete answer counts as; its own if undefined. Must not throw. */
  status?: () => number | undefined;
}

/**
 * Finishes the record when the response ends in any way: complete, given up by the client, or broken by the server. An
 * answer that is a stream is recorded when it begins, with the time until then: its life is no latency.
 */
export function watchResponse(watched: WatchedRequest): void {
  const { record, request, response, describe, status } = watched;
  const end = watchBeginning(watched);
  // Not `once`: a record ends once by itself, and each listener that takes itself off costs a microsecond.
  // HTTP/2 announces the end of every answer by `finish`, even of one that was given up.
  const session = request.httpVersionMajor < 2 ? undefined : asHttp2(response).stream.session;
  response.on('finish', () => {
    const own = session === undefined ? response.statusCode : streamStatus(asHttp2(response), session);
    end((own === response.statusCode ? status?.() : undefined) ?? own);
  });
  response.on('close', () => {
    if (!response.writableFinished) {
      end(brokenStatus(request, response));
    }
  });
  if (request.headers.upgrade !== undefined) {
    const accepted = () => {
      const { method, route } = describe();
      // express-ws adds a word to the paths of its routes.
      record.goesOn({ method, route: route.replace(/\/\.websocket$/, ''), status: 101 });
    };
    const refused = () => record.finish({ ...describe(), status: 404 });
    if (!watchSocketRoute(request, accepted, refused)) {
      watchUpgrade(request.socket, {
        answered: () => response.headersSent,
        accepted,
        refused: (own) => record.finish({ ...describe(), status: own }),
      });
    }
  }
}

/**
 * Watches for the head of the answer, which says whether it is a stream. @returns what ends the request, or the stream
 * that its answer turned out to be
 */
function watchBeginning({ requests, record, request, response, describe }: WatchedRequest): (status: number) => void {
  /** Set once the answer is a stream that has begun. */
  let stream: { method: string; route: string; begun: number } | undefined;
  const write = response.writeHead.bind(response);
  response.writeHead = (...args: unknown[]) => {
    Reflect.apply(write, undefined, args);
    if (!record.isOver && isStream(response, args)) {
      stream = { ...describe(), begun: performance.now() };
      record.goesOn({ ...stream, status: response.statusCode });
      requests.streams.begun(stream);
    } else if (response.socket === null && 'wsHandled' in request) {
      // express-ws hands a request on with a response that leads nowhere: where no socket's route takes it, it was refused.
      record.finish({ ...describe(), status: Number(args[0]) });
    }
    return response;
  };
  return (status) => {
    if (stream === undefined) {
      record.finish({ ...describe(), status });
    } else {
      requests.streams.ended({ ...stream, status }, secondsSince(stream.begun), record.tags.list);
      stream = undefined;
    }
  };
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
