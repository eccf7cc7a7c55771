import type { Labels } from '../labels/Labels.js';
import { ScalarMetric } from './ScalarMetric.js';

/**
 * A gauge whose series can be kept by who sets them. It refuses NaN and infinities. Its aggregator says how the workers
 * of a cluster are joined: the sum for amounts that each worker has of its own, `max` or `average` for what is the same
 * for all.
 */
export class SeriesGauge extends ScalarMetric {
  readonly type = 'gauge';

  set(labels: Labels, value: number): void {
    if (this.accepts(value)) {
      this.series(labels).value = value;
    }
  }

  inc(labels: Labels, value = 1): void {
    if (this.accepts(value)) {
      this.series(labels).add(value);
    }
  }

  dec(labels: Labels, value = 1): void {
    this.inc(labels, -value);
  }

  protected override takes(value: number): boolean {
    return Number.isFinite(value);
  }
}
