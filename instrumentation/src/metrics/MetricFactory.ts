import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import { LABELS, METRICS } from '../floor/conventions.js';
import { describeFailure } from '../privacy/describeFailure.js';
import { processWide } from '../floor/processWide.js';
import { claim, lookUp, stateOf, watchRegistry, type RegistryState } from './claims.js';
import type { MetricConfig } from './MetricConfig.js';
import { SeriesCounter } from './SeriesCounter.js';
import { SeriesGauge } from './SeriesGauge.js';
import { SeriesHistogram } from './SeriesHistogram.js';

export type { MetricConfig } from './MetricConfig.js';

/** The kinds of metrics by name. A word tells them apart, since the package may be loaded twice, with two classes each. */
interface Kinds {
  counter: Counter;
  gauge: Gauge;
  seriesCounter: SeriesCounter;
  seriesGauge: SeriesGauge;
  refusals: SeriesCounter;
  histogram: SeriesHistogram;
}

const REFUSED: MetricConfig = {
  name: METRICS.refused,
  help: 'Values that a metric refused (not a number, infinite, or negative where it cannot be), by metric',
  labelNames: [LABELS.metric],
};

/** A metric of this library's own. */
interface Own {
  kind: keyof Kinds;
  metric: Kinds[keyof Kinds];
  labelNames: readonly string[];
  buckets: readonly number[];
}

/** prom-client's own classes throw instead. */
const REFUSING = new Set<keyof Kinds>(['seriesCounter', 'seriesGauge', 'histogram']);

const NO_BUCKETS: readonly number[] = [];

/** What this library registered where, so that a second instrumentation on the same registry shares its metrics. */
const registered = processWide('metrics', () => new WeakMap<Registry, Map<string, Own>>());

const REMEDY = 'Rename that metric to have both.';

/**
 * Creates metrics on one registry. A name that the application itself has taken, or takes later, is left to it: the
 * metric that is handed out then records to nowhere, because two writers to one series would count twice.
 */
export class MetricFactory {
  private readonly own: Map<string, Own>;
  private readonly state: RegistryState;
  private readonly refused: SeriesCounter;

  constructor(
    private readonly registry: Registry,
    private readonly warn: (message: string) => void
  ) {
    const own = registered.get(registry) ?? new Map<string, Own>();
    registered.set(registry, own);
    this.own = own;
    this.state = stateOf(registry);
    this.state.cleared = false;
    this.attempt('names of other metrics cannot be given way to', () => watchRegistry(registry));
    this.refused = this.shared(REFUSED, 'refusals', (registers) => new SeriesCounter(REFUSED, registers));
  }

  /** One of prom-client's own. */
  counter(config: MetricConfig): Counter {
    return this.shared(config, 'counter', (registers) => new Counter({ ...prepared(config), registers }));
  }

  /** One of prom-client's own. */
  gauge(config: MetricConfig): Gauge {
    return this.shared(config, 'gauge', (registers) => new Gauge({ ...prepared(config), registers }));
  }

  /** A counter whose series can be kept, and which refuses NaN, infinities and negative values. */
  seriesCounter(config: MetricConfig): SeriesCounter {
    return this.shared(config, 'seriesCounter', (registers) => new SeriesCounter(config, registers, this.refuse));
  }

  /** A gauge whose series can be kept, and which refuses NaN and infinities. */
  seriesGauge(config: MetricConfig): SeriesGauge {
    return this.shared(config, 'seriesGauge', (registers) => new SeriesGauge(config, registers, this.refuse));
  }

  /** A histogram over the given upper bounds, which need not be sorted. */
  histogram(config: MetricConfig, buckets: readonly number[]): SeriesHistogram {
    return this.shared(
      config,
      'histogram',
      (registers) => new SeriesHistogram(config, buckets, registers, this.refuse),
      buckets
    );
  }

  /**
   * Exposes what a `clear` of the registry has taken away, as other libraries do when they start. Called when something
   * is about to be recorded, so that an instrumentation that is done with stays away; costs nothing otherwise.
   */
  restore(): void {
    if (this.state.cleared) {
      this.state.cleared = false;
      this.attempt('its metrics could not be registered again', () => {
        for (const [name, { metric }] of this.own) {
          if (lookUp(this.registry, name) === undefined) {
            // A registry that has spoken OpenMetrics has cut the suffix off a counter's name.
            this.registry.registerMetric(Object.assign(metric, { name }) as unknown as Metric);
          }
        }
      });
    }
  }

  private readonly refuse = (metricName: string): void => {
    this.refused.inc({ [LABELS.metric]: metricName });
  };

  private shared<K extends keyof Kinds>(
    config: MetricConfig,
    kind: K,
    create: (registers: Registry[]) => Kinds[K],
    buckets = NO_BUCKETS
  ): Kinds[K] {
    try {
      return this.registered(config, kind, create, buckets);
    } catch (error) {
      // The registry failed: the service goes on without the metric, and hears of it.
      this.warn(
        `flaglens: the metric "${config.name}" could not be registered and is not exposed: ${describeFailure(error)}`
      );
      return create([]);
    }
  }

  private registered<K extends keyof Kinds>(
    config: MetricConfig,
    kind: K,
    create: (registers: Registry[]) => Kinds[K],
    buckets: readonly number[]
  ): Kinds[K] {
    const { name, labelNames = [] } = config;
    const holder = lookUp(this.registry, name);
    const entry = this.own.get(name);
    // Another may have taken the name since.
    const known = entry?.metric === holder ? entry : undefined;
    if (known?.kind === kind && same(known.labelNames, labelNames)) {
      if (!same(known.buckets, buckets)) {
        this.warn(`flaglens: "${name}" exists on this registry with other buckets, which it keeps`);
      }
      // The kind is the metric's, which the type of the map cannot say.
      return known.metric as Kinds[K];
    }
    if (holder !== undefined) {
      this.warn(
        known === undefined
          ? `flaglens: the registry has a metric "${name}" of the application's own; Flaglens leaves it alone and does not expose its own. ${config.remedy ?? REMEDY}`
          : `flaglens: "${name}" exists on this registry with other labels, or of another kind; the second is not exposed`
      );
      return create([]);
    }
    const metric = create([this.registry]);
    this.own.set(name, { kind, metric, labelNames, buckets });
    claim(metric, { names: [name], unlisted: config.common === true, lost: () => this.lost(config) });
    if (REFUSING.has(kind)) {
      this.refused.zero({ [LABELS.metric]: name });
    }
    return metric;
  }

  /** Tells that another has come to have the name of a metric. */
  private lost({ name, remedy = REMEDY }: MetricConfig): void {
    this.warn(
      `flaglens: another metric "${name}" was registered beside Flaglens's, and has the name; Flaglens does not expose its own. ${remedy}`
    );
  }

  private attempt(failure: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.warn(`flaglens: ${failure}: ${describeFailure(error)}`);
    }
  }
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function prepared(config: MetricConfig) {
  const { name, help, labelNames = [], aggregator = 'sum' } = config;
  return { name, help, labelNames: [...labelNames], aggregator };
}
