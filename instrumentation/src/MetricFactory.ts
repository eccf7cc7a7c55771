import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import { SeriesHistogram } from './SeriesHistogram.js';

/** Name, help text and label names of a metric. */
export interface MetricConfig {
  name: string;
  help: string;
  labelNames?: readonly string[];
}

/** What this library registered where, so that a second instrumentation on the same registry shares its metrics. */
const registered = new WeakMap<Registry, Map<string, Metric | SeriesHistogram>>();

/**
 * Creates metrics on one registry. A name that the application itself has taken is left to it: the metric that is
 * handed out then records to nowhere, because two writers to one series would count twice.
 */
export class MetricFactory {
  private readonly own: Map<string, Metric | SeriesHistogram>;

  constructor(
    private readonly registry: Registry,
    private readonly warn: (message: string) => void
  ) {
    const own = registered.get(registry) ?? new Map<string, Metric | SeriesHistogram>();
    registered.set(registry, own);
    this.own = own;
  }

  counter(config: MetricConfig): Counter {
    return this.shared(config, Counter, (registers) => new Counter({ ...prepared(config), registers }));
  }

  gauge(config: MetricConfig): Gauge {
    return this.shared(config, Gauge, (registers) => new Gauge({ ...prepared(config), registers }));
  }

  /** A histogram over the given upper bounds, which need not be sorted. */
  histogram(config: MetricConfig, buckets: readonly number[]): SeriesHistogram {
    const ascending = [...new Set(buckets)].sort((a, b) => a - b);
    return this.shared(
      config,
      SeriesHistogram,
      (registers) => new SeriesHistogram(new Histogram({ ...prepared(config), buckets: ascending, registers }))
    );
  }

  private shared<T extends Metric | SeriesHistogram>(
    config: MetricConfig,
    kind: abstract new (...parameters: never[]) => T,
    create: (registers: Registry[]) => T
  ): T {
    const taken = this.registry.getSingleMetric(config.name) !== undefined;
    const known = this.own.get(config.name);
    if (taken && known instanceof kind) {
      return known;
    }
    if (taken) {
      this.warn(
        `flaglens: the registry has a metric "${config.name}" of the application's own; Flaglens leaves it alone`
      );
      return create([]);
    }
    const created = create([this.registry]);
    this.own.set(config.name, created);
    return created;
  }
}

function prepared(config: MetricConfig): { name: string; help: string; labelNames: string[] } {
  return { name: config.name, help: config.help, labelNames: [...(config.labelNames ?? [])] };
}
