import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { processWide } from './processWide.js';
import { SeriesHistogram } from './SeriesHistogram.js';

/** Name, help text and label names of a metric. */
export interface MetricConfig {
  name: string;
  help: string;
  labelNames?: readonly string[];
}

/** The kinds of metrics by name. A word tells them apart, since the package may be loaded twice, with two classes each. */
interface Kinds {
  counter: Counter;
  gauge: Gauge;
  histogram: SeriesHistogram;
}

/** A metric of this library's own. */
interface Own {
  kind: keyof Kinds;
  metric: Kinds[keyof Kinds];
}

/** What this library registered where, so that a second instrumentation on the same registry shares its metrics. */
const registered = processWide('metrics', () => new WeakMap<Registry, Map<string, Own>>());

/**
 * Creates metrics on one registry. A name that the application itself has taken is left to it: the metric that is
 * handed out then records to nowhere, because two writers to one series would count twice.
 */
export class MetricFactory {
  private readonly own: Map<string, Own>;

  constructor(
    private readonly registry: Registry,
    private readonly warn: (message: string) => void
  ) {
    const own = registered.get(registry) ?? new Map<string, Own>();
    registered.set(registry, own);
    this.own = own;
  }

  counter(config: MetricConfig): Counter {
    return this.shared(config, 'counter', (registers) => new Counter({ ...prepared(config), registers }));
  }

  gauge(config: MetricConfig): Gauge {
    return this.shared(config, 'gauge', (registers) => new Gauge({ ...prepared(config), registers }));
  }

  /** A histogram over the given upper bounds, which need not be sorted. */
  histogram(config: MetricConfig, buckets: readonly number[]): SeriesHistogram {
    const ascending = [...new Set(buckets)].sort((a, b) => a - b);
    return this.shared(
      config,
      'histogram',
      (registers) => new SeriesHistogram(new Histogram({ ...prepared(config), buckets: ascending, registers }))
    );
  }

  private shared<K extends keyof Kinds>(
    config: MetricConfig,
    kind: K,
    create: (registers: Registry[]) => Kinds[K]
  ): Kinds[K] {
    const taken = this.registry.getSingleMetric(config.name) !== undefined;
    const known = this.own.get(config.name);
    if (taken && known?.kind === kind) {
      // The kind is the metric's, which the type of the map cannot say.
      return known.metric as Kinds[K];
    }
    if (taken) {
      this.warn(
        `flaglens: the registry has a metric "${config.name}" of the application's own; Flaglens leaves it alone`
      );
      return create([]);
    }
    const created = create([this.registry]);
    this.own.set(config.name, { kind, metric: created });
    return created;
  }
}

function prepared(config: MetricConfig): { name: string; help: string; labelNames: string[] } {
  return { name: config.name, help: config.help, labelNames: [...(config.labelNames ?? [])] };
}
