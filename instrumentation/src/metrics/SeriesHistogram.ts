import type { Aggregator, Registry } from 'prom-client';
import { checkNames, ownLabels, register, type Exposed, type ExposedMetric, type ExposedValue } from './exposition.js';
import { bucketOf, HistogramSeries } from './HistogramSeries.js';
import type { Labels, MetricConfig } from './MetricConfig.js';
import { REFUSE_SILENTLY, type Refuse } from './Refusals.js';
import { SeriesTable } from './SeriesTable.js';

/** Series whose cells lie in one array. */
const SERIES_PER_CHUNK = 64;

/**
 * A histogram that prom-client's registry exposes exactly as its own class would, and that records in a few
 * nanoseconds: its counts lie in typed arrays, and a series can be kept by who records into it.
 *
 * It refuses what would spoil it: NaN, infinities, and negative values unless one of its bounds is negative (a sum
 * that falls looks like a restart to Prometheus).
 */
export class SeriesHistogram implements ExposedMetric {
  /** prom-client's registry cuts the suffix off counters' names when it speaks OpenMetrics; histograms keep theirs. */
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator: Aggregator;
  readonly labelNames: readonly string[];
  /** Upper bounds, ascending, without infinity. */
  readonly bounds: Float64Array;
  private readonly table: SeriesTable<HistogramSeries>;
  private readonly least: number;
  private readonly les: readonly Labels[];
  private chunk: Float64Array | undefined;
  private used = 0;

  /** Buckets need not be sorted. Throws on names that Prometheus does not take, or that the registry has. */
  constructor(
    config: MetricConfig,
    buckets: readonly number[],
    registers: readonly Registry[],
    private readonly refuse: Refuse = REFUSE_SILENTLY
  ) {
    this.name = config.name;
    this.help = config.help;
    this.aggregator = config.aggregator ?? 'sum';
    this.labelNames = [...(config.labelNames ?? [])];
    checkNames(this.name, this.labelNames, ['le']);
    this.bounds = Float64Array.from([...new Set(buckets)].filter(Number.isFinite)).sort();
    this.least = (this.bounds[0] ?? 0) < 0 ? -Infinity : 0;
    this.les = [...Array.from(this.bounds, (le) => ({ le })), { le: '+Inf' }];
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
  series(labels: Labels): HistogramSeries {
    return this.table.find(labels) ?? this.create(labels);
  }

  /** Creates the series with all its buckets at zero; does nothing if it exists. */
  zero(labels: Labels): void {
    this.series(labels);
  }

  /** Records a value in the metric's unit. */
  observe(labels: Labels, value: number): void {
    if (this.accepts(value)) {
      this.series(labels).add(bucketOf(this.bounds, value), value, undefined);
    }
  }

  /** Whether the value can be recorded; counts it as refused if not. */
  accepts(value: number): boolean {
    // The comparison is false for NaN, too.
    if (value >= this.least && value < Infinity && value > -Infinity) {
      return true;
    }
    this.refuse(this.name);
    return false;
  }

  reset(): void {
    for (const series of this.table.all) {
      series.reset();
    }
  }

  get(): Promise<Exposed> {
    const values = this.lines().map(({ labels, sharedLabels, ...line }) => ({
      ...line,
      labels: { ...labels, ...sharedLabels },
    }));
    return Promise.resolve(this.exposed(values));
  }

  getForPromString(): Promise<Exposed> {
    return Promise.resolve(this.exposed(this.lines()));
  }

  private exposed(values: ExposedValue[]): Exposed {
    return { name: this.name, help: this.help, type: this.type, values, aggregator: this.aggregator };
  }

  private lines(): ExposedValue[] {
    const bucketName = `${this.name}_bucket`;
    const sumName = `${this.name}_sum`;
    const countName = `${this.name}_count`;
    const lines: ExposedValue[] = [];
    for (const series of this.table.all) {
      const sharedLabels = series.labels;
      let count = 0;
      for (const [bucket, labels] of this.les.entries()) {
        count += series.count(bucket);
        lines.push({ labels, sharedLabels, value: count, metricName: bucketName, exemplar: series.exemplar(bucket) });
      }
      lines.push({ labels: {}, sharedLabels, value: series.sum, metricName: sumName, exemplar: undefined });
      lines.push({ labels: {}, sharedLabels, value: count, metricName: countName, exemplar: undefined });
    }
    return lines;
  }

  private create(labels: Labels): HistogramSeries {
    const own = ownLabels(labels, this.labelNames);
    const stride = this.bounds.length + 2;
    if (this.chunk === undefined || this.used === SERIES_PER_CHUNK) {
      this.chunk = new Float64Array(stride * SERIES_PER_CHUNK);
      this.used = 0;
    }
    const series = new HistogramSeries(own, this.bounds, this.chunk, stride * this.used);
    this.used++;
    return this.table.add(own, series);
  }
}
