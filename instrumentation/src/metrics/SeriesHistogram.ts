import type { Registry } from 'prom-client';
import type { Exposed, ExposedValue } from './exposition.js';
import { bucketOf, HistogramSeries } from './HistogramSeries.js';
import type { Labels } from '../labels/Labels.js';
import type { MetricConfig } from './MetricConfig.js';
import { REFUSE_SILENTLY, type Refuse } from './Refusals.js';
import { SeriesMetric } from './SeriesMetric.js';

/** Series whose cells lie in one array. */
const SERIES_PER_CHUNK = 64;

/**
 * A histogram that prom-client's registry exposes exactly as its own class would, and that records in a few
 * nanoseconds: its counts lie in typed arrays, and a series can be kept by who records into it.
 *
 * It refuses what would spoil it: NaN, infinities, and negative values unless one of its bounds is negative (a sum
 * that falls looks like a restart to Prometheus).
 */
export class SeriesHistogram extends SeriesMetric<HistogramSeries> {
  readonly type = 'histogram';
  /** Upper bounds, ascending, without infinity. */
  readonly bounds: Float64Array;
  private readonly least: number;
  private readonly les: readonly Labels[];
  private chunk: Float64Array | undefined;
  private used = 0;

  /** Buckets need not be sorted. Throws on names that Prometheus does not take, or that the registry has. */
  constructor(
    config: MetricConfig,
    buckets: readonly number[],
    registers: readonly Registry[],
    refuse: Refuse = REFUSE_SILENTLY
  ) {
    super(config, refuse, ['le']);
    this.bounds = Float64Array.from([...new Set(buckets)].filter(Number.isFinite)).sort();
    this.least = (this.bounds[0] ?? 0) < 0 ? -Infinity : 0;
    this.les = [...Array.from(this.bounds, (le) => ({ le })), { le: '+Inf' }];
    this.begin(registers);
  }

  /** Records a value in the metric's unit. */
  observe(labels: Labels, value: number): void {
    if (this.accepts(value)) {
      this.series(labels).add(bucketOf(this.bounds, value), value, undefined);
    }
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

  protected override takes(value: number): boolean {
    // The comparison is false for NaN, too.
    return value >= this.least && value < Infinity && value > -Infinity;
  }

  protected override create(labels: Labels): HistogramSeries {
    const stride = this.bounds.length + 2;
    if (this.chunk === undefined || this.used === SERIES_PER_CHUNK) {
      this.chunk = new Float64Array(stride * SERIES_PER_CHUNK);
      this.used = 0;
    }
    const series = new HistogramSeries(labels, this.bounds, this.chunk, stride * this.used);
    this.used++;
    return series;
  }
}
