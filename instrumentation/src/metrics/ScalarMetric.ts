import type { Registry } from 'prom-client';
import type { Exposed } from './exposition.js';
import type { Labels } from '../labels/Labels.js';
import type { MetricConfig } from './MetricConfig.js';
import { REFUSE_SILENTLY, type Refuse } from './Refusals.js';
import { ScalarSeries } from './ScalarSeries.js';
import { SeriesMetric } from './SeriesMetric.js';

/** What counters and gauges have in common: one number a series, exposed exactly as prom-client's own classes do. */
export abstract class ScalarMetric extends SeriesMetric<ScalarSeries> {
  /** Throws on names that Prometheus does not take, or that a registry has. */
  constructor(config: MetricConfig, registers: readonly Registry[], refuse: Refuse = REFUSE_SILENTLY) {
    super(config, refuse);
    this.begin(registers);
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

  protected override create(labels: Labels): ScalarSeries {
    return new ScalarSeries(labels);
  }
}
