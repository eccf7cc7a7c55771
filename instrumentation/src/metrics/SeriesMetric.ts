import type { Aggregator, Registry } from 'prom-client';
import { checkNames, ownLabels, register, type Exposed, type ExposedMetric } from './exposition.js';
import type { Labels } from '../labels/Labels.js';
import type { MetricConfig } from './MetricConfig.js';
import type { Refuse } from './Refusals.js';
import { SeriesTable } from './SeriesTable.js';

/** What the metrics of this library have in common: series that are found by their labels, and can be kept. */
export abstract class SeriesMetric<S> implements ExposedMetric {
  abstract readonly type: Exposed['type'];
  /** prom-client's registry cuts `_total` off a counter's name when it speaks OpenMetrics, and puts it in each line. */
  name: string;
  readonly help: string;
  readonly aggregator: Aggregator;
  readonly labelNames: readonly string[];
  protected readonly table: SeriesTable<S>;
  private readonly fullName: string;

  /** Throws on names that Prometheus does not take, and on `reserved` ones. */
  constructor(
    config: MetricConfig,
    private readonly refuse: Refuse,
    reserved: readonly string[] = []
  ) {
    this.name = config.name;
    this.fullName = config.name;
    this.help = config.help;
    this.aggregator = config.aggregator ?? 'sum';
    this.labelNames = [...(config.labelNames ?? [])];
    checkNames(this.name, this.labelNames, reserved);
    this.table = new SeriesTable(this.labelNames);
  }

  /** Number of series that exist. */
  get size(): number {
    return this.table.size;
  }

  has(labels: Labels): boolean {
    return this.table.find(labels) !== undefined;
  }

  /** The series with these labels, for a caller that keeps it; created at zero if it is new. Throws on unknown labels. */
  series(labels: Labels): S {
    return this.table.find(labels) ?? this.add(labels);
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

  abstract reset(): void;
  abstract get(): Promise<Exposed>;
  abstract getForPromString(): Promise<Exposed>;

  /** The last step of a constructor: a registry may ask from here on. Throws if a registry has the name. */
  protected begin(registers: readonly Registry[]): void {
    for (const registry of registers) {
      register(registry, this);
    }
    if (this.labelNames.length === 0) {
      this.series({});
    }
  }

  protected abstract takes(value: number): boolean;

  /** A series at zero; `labels` are its own to keep. */
  protected abstract create(labels: Labels): S;

  private add(labels: Labels): S {
    const own = ownLabels(labels, this.labelNames);
    return this.table.add(own, this.create(own));
  }
}
