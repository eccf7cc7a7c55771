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

/**
 * Names the registries that a request is counted in already, on the request itself: collecting the garbage of a WeakSet of all requests
 * takes longer than recording them. Both copies of the package, should two be loaded, know the mark.
 */
const COUNTED = Symbol.for('@flaglens/instrumentation/counted');

type Marked = IncomingMessage & { [COUNTED]?: readonly object[] };

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

function isFirst(requests: RequestMetrics, request: Marked): boolean {
  const { registry } = requests;
  const known = request[COUNTED];
  if (known?.includes(registry) === true) {
    return false;
  }
  request[COUNTED] = known === undefined ? [registry] : [...known, registry];
  return true;
}
