import type { Tag } from '../context/Tag.js';

/** What is known of a unit of work when it begins. */
export interface RequestStart {
  /** The HTTP method; for work without HTTP, any word for its kind. */
  method: string;
  /** The request's headers with lower-case names: they say which trace the request belongs to. */
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The route's pattern, where it is known this early; never a path. */
  route?: string;
  /** `server` (if absent) for a request that came over the network, `internal` for a job of the service's own. */
  kind?: 'server' | 'internal';
}

/** How a request ended. */
export interface RequestOutcome {
  method: string;
  /** The route's pattern. */
  route: string;
  status: number;
}

/** The span of one request. Neither method throws what `work` did not. */
export interface RequestTrace {
  /** Runs `work` with the request's span as the active one, for it and all that it starts. */
  run<T>(work: () => T): T;
  /** Ends the span: called once, however the request ended. `tags` are the flags that it evaluated. */
  end(outcome: RequestOutcome, tags: readonly Tag[]): void;
}

/** What makes spans of requests. `@flaglens/instrumentation/opentelemetry` has it on OpenTelemetry. */
export interface RequestTracing {
  /** Begins the span of a request, or answers undefined if there is to be none. */
  begin(start: RequestStart): RequestTrace | undefined;
}
