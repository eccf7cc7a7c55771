import type { ServerResponse } from 'node:http';

/** Answers that go on as long as somebody listens: server-sent events, and lists of which each line is sent as it comes. */
const STREAMS = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace|application\/(?:x-ndjson|jsonl|stream\+json))\b/i;

/** Whether an answer whose head was just written is a stream. `head` are the arguments of `writeHead`. */
export function isStream(response: ServerResponse, head: readonly unknown[]): boolean {
  if (response.statusCode >= 400) {
    return false;
  }
  const type: unknown = response.getHeader('content-type') ?? givenType(head[head.length - 1]);
  return typeof type === 'string' && STREAMS.test(type);
}

/** Headers that are given to `writeHead` alone are not kept: an object, or a list of names and values in turn. */
function givenType(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null) {
    return undefined;
  }
  const entries = Array.isArray(headers) ? pairs(headers.flat()) : Object.entries(headers);
  return entries.find(([name]) => String(name).toLowerCase() === 'content-type')?.[1];
}

function pairs(list: readonly unknown[]): Array<[unknown, unknown]> {
  return list.flatMap((item, i) => (i % 2 === 0 ? [[item, list[i + 1]] as [unknown, unknown]] : []));
}
