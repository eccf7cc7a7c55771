import type { Tag } from '../context/Tag.js';
import { LABELS, METRICS, REQUEST_BUCKETS } from '../conventions.js';
import type { CommonOptions, FlagDefinition, RequestOptions, RouteDefinition } from '../options.js';
import type { SeriesHistogram } from '../SeriesHistogram.js';
import { createShared, type Shared } from '../Shared.js';
import { RequestRecord, type RequestOutcome } from './RequestRecord.js';
import type { RequestStart, RequestTrace } from './RequestTracing.js';

const USUAL_STATUSES = [200, 500];

/**
 * Records each request once in `http_request_duration_seconds`, and once per flag that it evaluated in
 * `feature_flag_http_request_duration_seconds`. The flags travel with the request in AsyncLocalStorage.
 */
export class RequestMetrics {
  private readonly all: SeriesHistogram;
  private readonly byFlag: SeriesHistogram;
  private readonly shared: Shared;
  /** Registered flags with their variants, and routes: guarded values. */
  private readonly flags = new Map<string, Set<string>>();
  /** Guarded keys of the registered flags that are collected, now or once; the others need no series. */
  private readonly collected = new Set<string>();
  private readonly routes: RouteDefinition[] = [];
  private readonly seen = new Set<string>();

  /** `shared` lets several parts of one instrumentation have the same limits; the options' own if absent. */
  constructor(
    private readonly options: CommonOptions & RequestOptions,
    shared?: Shared
  ) {
    this.shared = shared ?? createShared(options);
    const buckets = options.requestBuckets ?? REQUEST_BUCKETS;
    const labelNames = [LABELS.method, LABELS.route, LABELS.status];
    this.all = this.shared.metrics.histogram(
      { name: METRICS.requestDuration, help: 'Duration of HTTP requests in seconds', labelNames },
      buckets
    );
    this.byFlag = this.shared.metrics.histogram(
      {
        name: METRICS.flagRequestDuration,
        help: 'Duration of HTTP requests in seconds, once for each flag that they evaluated: never sum across flags',
        labelNames: [LABELS.flag, LABELS.variant, ...labelNames],
      },
      buckets
    );
    this.shared.collection.onBegin((flagKey) => this.beginCollecting(flagKey));
    this.registerFlags(options.flags ?? []);
    this.registerRoutes(options.routes ?? []);
  }

  /** Starts the series of the flags at zero on every registered route. */
  registerFlags(flags: readonly FlagDefinition[]): void {
    this.shared.host.run('RequestMetrics.registerFlags', () => {
      this.shared.flags.register(flags);
      for (const definition of flags) {
        const { flag, variants } = this.shared.labels.register(definition);
        this.flags.set(flag, new Set([...(this.flags.get(flag) ?? []), ...variants]));
        if (this.shared.collection.wants(definition.key)) {
          this.collected.add(flag);
        }
      }
      for (const route of this.routes) {
        this.initialise(route);
      }
    });
  }

  /** Starts the series of the routes at zero for every registered flag. */
  registerRoutes(routes: readonly RouteDefinition[]): void {
    this.shared.host.run('RequestMetrics.registerRoutes', () => {
      for (const definition of routes) {
        const route = {
          ...definition,
          method: this.shared.labels.method(definition.method),
          route: this.shared.labels.registerRoute(definition.route),
        };
        this.routes.push(route);
        this.initialise(route);
      }
    });
  }

  /**
   * A new request, its clock running. It is recorded when its `finish` is called. With `start` it gets a span, where
   * tracing is set up.
   */
  begin(start?: RequestStart): RequestRecord {
    const { host } = this.shared;
    const trace = this.trace(start);
    if (trace === undefined) {
      return new RequestRecord((outcome, seconds, tags) => {
        host.run('RequestMetrics.record', () => this.record(outcome, seconds, tags));
      });
    }
    return new RequestRecord((outcome, seconds, tags) => {
      // Its end is announced from anywhere; the exemplars of what is recorded are to name the request's own span.
      host.run('RequestMetrics.record', () => trace.run(() => this.record(outcome, seconds, tags)));
      host.run('RequestMetrics.trace', () => trace.end(outcome, tags));
    }, trace);
  }

  /** Runs `work` with the request as the current one, for it and all that it starts. */
  run<T>(request: RequestRecord, work: () => T): T {
    const { context } = this.shared;
    return request.trace === undefined
      ? context.run(request.tags, work)
      : request.trace.run(() => context.run(request.tags, work));
  }

  /** Whether the running code belongs to this request. */
  isCurrent(request: RequestRecord): boolean {
    return this.shared.context.current() === request.tags;
  }

  /** Notes a flag on the current request; does nothing outside of one. `variant` is called only inside of one. */
  tag(flagKey: string, variant: () => string): void {
    this.shared.host.run('RequestMetrics.tag', () => {
      const tags = this.shared.context.current();
      if (tags !== undefined && this.shared.collection.wants(flagKey)) {
        tags.add(this.shared.context.tag(flagKey, variant()));
      }
    });
  }

  /** Runs a part of a middleware: what it throws is counted, not passed on. */
  guarded<T>(site: string, action: () => T): T | undefined {
    return this.shared.host.run(site, action);
  }

  private trace(start: RequestStart | undefined): RequestTrace | undefined {
    const { tracing } = this.options;
    if (tracing === undefined || start === undefined) {
      return undefined;
    }
    return this.shared.host.run('RequestMetrics.trace', () => tracing.begin(start));
  }

  private record(outcome: RequestOutcome, seconds: number, tags: readonly Tag[]): void {
    const { labels } = this.shared;
    const own = {
      [LABELS.method]: labels.method(outcome.method),
      [LABELS.route]: labels.route(outcome.route),
      [LABELS.status]: labels.status(outcome.status),
    };
    this.all.observe(own, seconds);
    for (const { flag, variant } of tags) {
      this.byFlag.observe({ [LABELS.flag]: flag, [LABELS.variant]: variant, ...own }, seconds);
      this.initialiseSeen(flag, own.method, own.route);
    }
  }

  /** A flag that turns up on a route that was not registered with it: its other series start at zero from here. */
  private initialiseSeen(flag: string, method: string, route: string): void {
    const key = `${flag}\0${method}\0${route}`;
    if (!this.seen.has(key)) {
      this.seen.add(key);
      this.initialiseFlag(flag, { method, route });
    }
  }

  private initialise(route: RouteDefinition): void {
    for (const status of route.statuses ?? this.statuses) {
      this.zero(this.all, {
        [LABELS.method]: route.method,
        [LABELS.route]: route.route,
        [LABELS.status]: this.shared.labels.status(status),
      });
    }
    const flags = route.flags?.map((flag) => this.shared.labels.flag(flag)) ?? this.flags.keys();
    for (const flag of flags) {
      this.initialiseFlag(flag, route);
    }
  }

  /** A flag that was not collected so far: its series start at zero before its first request. */
  private beginCollecting(flagKey: string): void {
    const flag = this.shared.labels.flag(flagKey);
    if (!this.flags.has(flag)) {
      return;
    }
    this.collected.add(flag);
    for (const route of this.routes) {
      if (route.flags?.some((key) => this.shared.labels.flag(key) === flag) ?? true) {
        this.initialiseFlag(flag, route);
      }
    }
  }

  private initialiseFlag(flag: string, route: RouteDefinition): void {
    if (!this.collected.has(flag)) {
      return;
    }
    for (const variant of this.flags.get(flag) ?? []) {
      for (const status of route.statuses ?? this.statuses) {
        this.zero(this.byFlag, {
          [LABELS.flag]: flag,
          [LABELS.variant]: variant,
          [LABELS.method]: route.method,
          [LABELS.route]: route.route,
          [LABELS.status]: this.shared.labels.status(status),
        });
      }
    }
  }

  private zero(histogram: SeriesHistogram, labels: Record<string, string>): void {
    if (this.all.size + this.byFlag.size < this.shared.labels.limits.initialisedSeries) {
      histogram.zero(labels);
    } else if (!histogram.has(labels)) {
      this.shared.host.warn(
        `flaglens: more than ${String(this.shared.labels.limits.initialisedSeries)} series to start at zero; name the flags of each route, or raise limits.initialisedSeries`
      );
    }
  }

  private get statuses(): readonly number[] {
    return this.options.statuses ?? USUAL_STATUSES;
  }
}
