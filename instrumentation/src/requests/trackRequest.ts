import type { IncomingMessage, ServerResponse } from 'node:http';
import { bindEvents } from './bindEvents.js';
import type { RequestMetrics } from './RequestMetrics.js';
import type { RequestRecord } from './RequestRecord.js';
import { watchResponse, type Describe } from './watchResponse.js';

/** One request as a framework hands it over. */
export interface TrackedRequest {
  /** A fixed word for the framework, should its adapter fail. */
  site: string;
  request: IncomingMessage;
  response: ServerResponse;
  describe: Describe;
  /** Whether the request is left out. */
  ignore?: () => boolean;
}

/** The requests that each instrumentation counts already. */
const counted = new WeakMap<RequestMetrics, WeakSet<IncomingMessage>>();

/**
 * Begins to record a request of `node:http`, which every framework builds on. Undefined if it is left out, or recorded
 * already: a middleware that is used twice, or on an application inside of another one, counts once, as the outer one
 * describes it.
 */
export function trackRequest(requests: RequestMetrics, tracked: TrackedRequest): RequestRecord | undefined {
  const { site, request, response, describe, ignore } = tracked;
  return requests.guarded(site, () => {
    if (ignore?.() === true || !isFirst(requests, request)) {
      return undefined;
    }
    const record = requests.begin({ method: request.method ?? 'GET', headers: request.headers });
    watchResponse(record, request, response, describe, (action) => requests.guarded(`${site}.route`, action));
    bindEvents(requests, record, request);
    bindEvents(requests, record, response);
    return record;
  });
}

function isFirst(requests: RequestMetrics, request: IncomingMessage): boolean {
  const known = counted.get(requests) ?? new WeakSet();
  counted.set(requests, known);
  if (known.has(request)) {
    return false;
  }
  known.add(request);
  return true;
}
