import { ABORTED_STATUS, UNIT_METHOD } from '../floor/conventions.js';
import { settle, type End } from '../floor/settle.js';
import type { RequestMetrics } from './RequestMetrics.js';
import type { RequestStart } from '../common/RequestTracing.js';

/** What a unit of work is called in the metrics. */
export interface UnitContext<Result = unknown> {
  /** The kind of work, such as `send-mail`; the pattern of a request. Never anything with ids in it. */
  route: string;
  /** Upper-case HTTP method of a request; `RUN` if absent, for work that is no request. */
  method?: string;
  /** The status of what the work answered; 200 if absent. What it throws counts as 500. */
  status?: (result: Result) => number;
  /** Work that fails after this was aborted counts as 499. */
  signal?: AbortSignal;
  /** Headers of the request or message with lower-case names: they say which trace it belongs to. */
  headers?: RequestStart['headers'];
}

/**
 * Runs a unit of work that no middleware sees, such as a job, a message or a request of another framework. It is
 * recorded and tagged like a request, and what it answers, throws or rejects with is passed on unchanged. Work that
 * answers a promise ends when that is settled.
 *
 * A unit inside of another is one of its own: the flags that it evaluates are not those of the outer one.
 */
export function runUnit<T>(requests: RequestMetrics, context: UnitContext<Awaited<T>>, work: () => T): T {
  const { route, method, signal, headers } = context;
  const record = requests.begin({
    method: method ?? UNIT_METHOD,
    route,
    headers,
    kind: method === undefined ? 'internal' : 'server',
  });
  const statusOf = (end: End<Awaited<T>>): number => {
    if ('error' in end) {
      return signal?.aborted === true ? ABORTED_STATUS : 500;
    }
    return requests.guarded('run.status', () => context.status?.(end.value)) ?? 200;
  };
  return requests.run(record, () =>
    settle(work, (end) => record.finish({ method: method ?? UNIT_METHOD, route, status: statusOf(end) }))
  );
}
