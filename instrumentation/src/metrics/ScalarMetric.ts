import type { Aggregator, Registry } from 'prom-client';
import { checkNames, ownLabels, register, type Exposed, type ExposedMetric } from './exposition.js';
import type { Labels, MetricConfig } from './MetricConfig.js';
import { REFUSE_SILENTLY, type Refuse } from './Refusals.js';
import { ScalarSeries } from './ScalarSeries.js';
import { SeriesTable } from './SeriesTable.js';

/** What counters and gauges have in common: one number a series, exposed exactly as prom-client's own classes do. */
export abstract class ScalarMetric implements ExposedMetric {
  abstract readonly type: 'counter' | 'gauge';
  /** prom-client's registry cuts `_total` off a counter's name when it speaks OpenMetrics, and puts it in each line. */
  name: string;
  readonly help: string;
  readonly aggregator: Aggregator;
  readonly labelNames: readonly string[];
  private readonly table: SeriesTable<ScalarSeries>;
  private readonly fullName: string;

  /** Throws on names that Prometheus does not take, or that a registry has. */
  constructor(
    config: MetricConfig,
    registers: readonly Registry[],
    private readonly refuse: Refuse = REFUSE_SILENTLY
  ) {
    this.name = config.name;
    this.fullName = config.name;
    this.help = config.help;
    this.aggregator = config.aggregator ?? 'sum';
    this.labelNames = [...(config.labelNames ?? [])];
    checkNames(this.name, this.labelNames);
    this.table = new SeriesTable(this.labelNames);
    for (const registry of registers) {
      register(registry, this);
    }
    if (this.labelNames.length === 0) {
      this.series({});
    }
  }

  /** Number of series that exist. */
  get size(): number {
    return this.table.size;
  }

  has(labels: Labels): boolean {
    return this.table.find(labels) !== undefined;
  }

  /** The series with these labels, for a caller that keeps it; created at zero if it is new. Throws on unknown labels. */
  series(labels: Labels): ScalarSeries {
    return this.table.find(labels) ?? this.create(labels);
  }

  /** Creates the series at zero; does nothing if it exists. */
  zero(labels: Labels): void {
    this.series(labels);
  }

  /** Whether the value can be recorded; counts it as refused if not. */
  accepts(value: number): boolean {
    if (this.takes(value)) {
      return true;
    }
    this.refuse(this.fullName);
    return false;
  }

  reset(): void {
    for (const series of this.table.all) {
      series.value = 0;
    }
  }

  get(): Promise<Exposed> {
    const values = this.table.all.map(({ value, labels }) => ({ value, labels }));
    return Promise.resolve({ help: this.help, name: this.name, type: this.type, values, aggregator: this.aggregator });
  }

  getForPromString(): Promise<Exposed> {
    return this.get();
  }

  protected abstract takes(value: number): boolean;

  private create(labels: Labels): ScalarSeries {
    const own = ownLabels(labels, this.labelNames);
    return this.table.add(own, new ScalarSeries(own));
  }
}
