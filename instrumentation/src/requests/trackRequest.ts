import type { IncomingMessage, ServerResponse } from 'node:http';
import { UNMATCHED_ROUTE } from '../floor/conventions.js';
import { bindEvents } from './bindEvents.js';
import type { RequestMetrics } from './RequestMetrics.js';
import type { RequestRecord } from './RequestRecord.js';
import { watchResponse } from './watchResponse.js';

/** How a framework describes a request, asked for at its end: routers know the route only then. */
export interface Described {
  /** A fixed word for the framework, should its adapter fail. */
  site: string;
  request: IncomingMessage;
  method: () => string;
  /** The pattern that the router matched. */
  pattern?: () => string | undefined;
  /** What the service says of the route: it comes before the router's pattern. */
  route?: () => string | undefined;
  operation?: () => string | undefined;
  /** The status that a complete answer counts as; its own if undefined. */
  status?: () => number | undefined;
  /** Whether the request is left out. */
  ignore?: () => boolean;
}

/** One request as a framework hands it over. */
export interface TrackedRequest extends Described {
  response: ServerResponse;
}

/**
 * Names the registries that a request is counted in already, on the request itself: collecting the garbage of a WeakSet of
 * all requests takes longer than recording them. Both copies of the package, should two be loaded, know the mark.
 */
const COUNTED = Symbol.for('@flaglens/instrumentation/counted');

type Marked = IncomingMessage & { [COUNTED]?: readonly object[] };

/**
 * Begins to record a request of `node:http`, which every framework builds on. Undefined if it is left out, or recorded
 * already: a middleware that is used twice, or on an application inside of another one, counts once, as the outer one
 * describes it.
 */
export function trackRequest(requests: RequestMetrics, tracked: TrackedRequest): RequestRecord | undefined {
  const { site, request, response } = tracked;
  return requests.guarded(site, () => {
    const record = beginRequest(requests, tracked);
    if (record !== undefined) {
      watchResponse({
        requests,
        record,
        request,
        response,
        describe: () => describe(requests, tracked),
        status: tracked.status && (() => requests.guarded(`${site}.status`, () => validStatus(tracked.status?.()))),
      });
      bindEvents(requests, record, request);
      bindEvents(requests, record, response);
    }
    return record;
  });
}

/** Begins to record a request, unless it is left out or counted already. */
export function beginRequest(
  requests: RequestMetrics,
  { request, ignore }: Pick<Described, 'request' | 'ignore'>
): RequestRecord | undefined {
  return ignore?.() === true || !isFirst(requests, request)
    ? undefined
    : requests.begin({ method: request.method ?? 'GET', headers: request.headers });
}

/** Method and route of a request. What throws leaves it with what is known otherwise rather than uncounted. */
export function describe(
  requests: RequestMetrics,
  { site, request, method, pattern, route, operation }: Described
): { method: string; route: string } {
  const ask = <T>(question: (() => T) | undefined) =>
    question && requests.guarded(`${site}.route`, () => question() ?? undefined);
  const known = ask(route) ?? ask(pattern) ?? UNMATCHED_ROUTE;
  const name = ask(operation);
  return {
    method: ask(method) ?? request.method ?? 'GET',
    route: name === undefined ? known : requests.operation(known, name),
  };
}

/** Whatever the type says: a service in plain JavaScript can answer anything. */
function validStatus(status: unknown): number | undefined {
  return Number.isInteger(status) && Number(status) >= 100 && Number(status) < 600 ? Number(status) : undefined;
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
