import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Why a body cannot be had. */
export type BodyProblem = 'too_large' | 'malformed' | 'unsupported' | 'timeout' | 'aborted' | 'read already';

const unpack = promisify(gunzip);

/** A body that a parser of the application's has read already, such as `express.text()` or `express.json()`. */
type Parsed = IncomingMessage & { body?: unknown };

/**
 * The text of a request's body, unpacked; at most `most` bytes are held of it, packed or not. It stops reading at the
 * first byte too many.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  timeoutMs: number
): Promise<{ text: string } | { problem: BodyProblem }> {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding !== 'identity' && coding !== 'gzip') {
    return { problem: 'unsupported' };
  }
  if (Number(request.headers['content-length'] ?? 0) > most) {
    return { problem: 'too_large' };
  }
  if (request.readableEnded) {
    return parsed(request, most);
  }
  const raw = await collect(request, most, timeoutMs);
  if (typeof raw === 'string') {
    return { problem: raw };
  }
  return decoded(raw, coding === 'gzip', most);
}

async function decoded(raw: Buffer, packed: boolean, most: number): ReturnType<typeof readBody> {
  let plain = raw;
  if (packed) {
    try {
      plain = await unpack(raw, { maxOutputLength: most });
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      return { problem: code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'malformed' };
    }
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(plain) };
  } catch {
    return { problem: 'malformed' };
  }
}

function parsed(request: Parsed, most: number): Awaited<ReturnType<typeof readBody>> {
  const { body } = request;
  if (body === undefined) {
    return { problem: 'read already' };
  }
  if (body === null) {
    return { problem: 'malformed' };
  }
  const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString('utf8') : JSON.stringify(body);
  return Buffer.byteLength(text) > most ? { problem: 'too_large' } : { text };
}

function collect(request: IncomingMessage, most: number, timeoutMs: number): Promise<Buffer | BodyProblem> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (result: Buffer | BodyProblem) => {
      clearTimeout(timer);
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onGone);
      request.pause();
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) {
        done('too_large');
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = () => done(Buffer.concat(chunks));
    const onGone = () => done('aborted');
    const timer = setTimeout(() => done('timeout'), timeoutMs).unref();
    request.on('data', onData).on('end', onEnd).on('close', onGone);
    // A request that breaks off emits an error after this is over, too. Nobody else may be listening.
    request.on('error', onGone);
  });
}
