import type { Tag } from '../context/Tag.js';
import type { TagSet, TagSetOwner } from '../context/TagSet.js';
import { LABELS, METRICS, REQUEST_BUCKETS } from '../floor/conventions.js';
import type { Labels } from '../labels/Labels.js';
import { SeriesTable } from '../metrics/SeriesTable.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';
import type { SplitHistogramChild } from '../metrics/SplitHistogramChild.js';
import type { CommonOptions } from '../common/options.js';
import type { FlagDefinition } from '../context/options.js';
import type { RequestOptions, RouteDefinition } from './options.js';
import { createShared, type Shared } from '../common/Shared.js';
import { readRequestMetric } from './readRequestMetric.js';
import { RequestRecord, type RecordRequest } from './RequestRecord.js';
import { StreamDurations } from './StreamDurations.js';
import { type RequestOutcome } from '../common/RequestTracing.js';
import type { RequestStart, RequestTrace } from '../common/RequestTracing.js';

const USUAL_STATUSES = [200, 500];

const REMEDY =
  'Requests are counted by flag all the same. The option requestMetric gives the metric of all requests another name, ' +
  "such as { name: 'flaglens_http_request_duration_seconds' }, or leaves it out: false.";

/** Named as the properties of an outcome, so that one can be looked up as it is. */
const LABEL_NAMES = [LABELS.method, LABELS.route, LABELS.status];

/**
 * Records each request once in `http_request_duration_seconds`, unless `requestMetric` says otherwise, and once per flag
 * that it evaluated in `feature_flag_http_request_duration_seconds`. The flags travel with the request in AsyncLocalStorage.
 */
export class RequestMetrics implements TagSetOwner {
  /** How long answers lived that are streams. */
  readonly streams: StreamDurations;
  private readonly durations: SplitHistogram;
  private readonly untagged: boolean;
  private readonly shared: Shared;
  /** Registered routes: guarded values. */
  private readonly routes: RouteDefinition[] = [];
  /** By method, route and status as the server names them: only such as no limit changes. */
  private readonly known = new SeriesTable<SplitHistogramChild>(LABEL_NAMES);

  /** `shared` lets several parts of one instrumentation have the same limits; the options' own if absent. */
  constructor(
    private readonly options: CommonOptions & RequestOptions,
    shared?: Shared
  ) {
    this.shared = shared ?? createShared(options);
    this.streams = new StreamDurations(this.shared);
    const buckets = options.requestBuckets ?? REQUEST_BUCKETS;
    const name = readRequestMetric(options.requestMetric, (message) => this.shared.host.warn(message));
    this.untagged = name !== false;
    this.durations = this.shared.split.histogram(
      {
        name: name === false ? METRICS.requestDuration : name,
        untagged: this.untagged,
        common: true,
        remedy: REMEDY,
        help: 'Duration of HTTP requests in seconds',
        labelNames: LABEL_NAMES,
        split: {
          name: METRICS.flagRequestDuration,
          help: 'Duration of HTTP requests in seconds, once for each flag that they evaluated: never sum across flags',
        },
        bounded: true,
        startedByCaller: true,
      },
      buckets
    );
    this.shared.flags.onAdded((tags) => this.startOnRoutes(tags));
    this.registerFlags(options.flags ?? []);
    this.registerRoutes(options.routes ?? []);
  }

  /** Starts the series of the flags at zero on every registered route. */
  registerFlags(flags: readonly FlagDefinition[]): void {
    this.shared.host.run('RequestMetrics.registerFlags', () => {
      this.shared.flags.register(flags);
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
          flags: definition.flags?.map((key) => this.shared.labels.keyOf(key)),
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
    const { metrics } = this.shared;
    metrics.restore();
    const record = this.create(this.trace(start));
    record.tags.owner = this;
    return record;
  }

  private create(trace: RequestTrace | undefined): RequestRecord {
    const { host } = this.shared;
    if (trace === undefined) {
      return new RequestRecord(this.recordGuarded);
    }
    return new RequestRecord((outcome, seconds, tags, late) => {
      // Its end is announced from anywhere; the exemplars of what is recorded are to name the request's own span.
      host.run('RequestMetrics.record', () => trace.run(() => this.recordGuarded(outcome, seconds, tags, late)));
      if (!late) {
        host.run('RequestMetrics.trace', () => trace.end(outcome, tags));
      }
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
    const tags = this.shared.context.current();
    if (tags !== undefined) {
      (tags.owner ?? this).note(tags, flagKey, variant);
    }
  }

  /** As {@link tag}, on work that this began. */
  note(tags: TagSet, flagKey: string, variant: () => string): void {
    this.shared.host.run('RequestMetrics.tag', () => {
      if (this.shared.collection.wants(flagKey)) {
        tags.add(this.shared.context.tag(flagKey, variant()));
      }
    });
  }

  /** What tells requests that are counted in the same metrics: those of one registry. */
  get registry(): object {
    return this.shared.registry;
  }

  /** The route of an endpoint's operation; the name may be what a client says. */
  operation(route: string, name: string): string {
    return this.shared.labels.operation(route, name);
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

  private readonly recordGuarded: RecordRequest = (outcome, seconds, tags, late) => {
    try {
      const child = this.known.find(labelsOf(outcome)) ?? this.meet(outcome);
      for (const tag of tags) {
        if (!child.has(tag)) {
          this.startSeen(tag, child.labels);
        }
      }
      child.observeFor(tags, seconds, late);
    } catch (error) {
      this.shared.host.failed('RequestMetrics.record', error);
    }
  };

  /** The child of an outcome that was not met before, or that a limit changes: then it is looked for each time. */
  private meet(outcome: RequestOutcome): SplitHistogramChild {
    const { labels } = this.shared;
    const method = labels.method(outcome.method);
    const route = labels.route(outcome.route);
    const status = labels.status(outcome.status);
    const child = this.durations.child({ method, route, status });
    if (method === outcome.method && route === outcome.route && status === String(outcome.status)) {
      this.known.add(labelsOf(outcome), child);
    }
    return child;
  }

  /** A flag that turns up on a route that was not registered with it: its other series start at zero from here. */
  private startSeen(tag: Tag, { method, route }: Labels): void {
    this.start(this.shared.flags.tags([tag.flag]), { method: String(method), route: String(route) });
  }

  private initialise(route: RouteDefinition): void {
    for (const status of route.statuses ?? this.statuses) {
      this.childAtZero(route, status);
    }
    this.start(this.shared.flags.tags(route.flags), route);
  }

  /** Flags that become known, or that begin to be collected. */
  private startOnRoutes(tags: readonly Tag[]): void {
    for (const route of this.routes) {
      const { flags } = route;
      this.start(flags === undefined ? tags : tags.filter(({ flag }) => flags.includes(flag)), route);
    }
  }

  private start(tags: readonly Tag[], route: RouteDefinition): void {
    for (const tag of tags) {
      for (const status of route.statuses ?? this.statuses) {
        const child = this.childAtZero(route, status);
        if (child?.has(tag) === false) {
          this.shared.budget.spend(() => child.start(tag));
        }
      }
    }
  }

  /** The child of a guarded route and a status; undefined if it is new and there is no room for it. */
  private childAtZero({ method, route }: RouteDefinition, status: number): SplitHistogramChild | undefined {
    const labels = { method, route, status: this.shared.labels.status(status) };
    if (!this.untagged || this.durations.has(labels)) {
      return this.durations.child(labels);
    }
    return this.shared.budget.spend(() => this.durations.child(labels));
  }

  private get statuses(): readonly number[] {
    return this.options.statuses ?? USUAL_STATUSES;
  }
}

/** The properties of an outcome are named as the labels are. */
function labelsOf(outcome: RequestOutcome): Labels {
  return outcome as RequestOutcome & Labels;
}
