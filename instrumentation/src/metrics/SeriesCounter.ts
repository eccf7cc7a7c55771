import type { Labels } from '../labels/Labels.js';
import { ScalarMetric } from './ScalarMetric.js';

/**
 * A counter whose series can be kept by who counts into them. It refuses NaN, which would stay in the series for ever,
 * infinities and negative values.
 */
export class SeriesCounter extends ScalarMetric {
  readonly type = 'counter';

  inc(labels: Labels, value = 1): void {
    if (this.accepts(value)) {
      this.series(labels).add(value);
    }
  }

  protected override takes(value: number): boolean {
    // False for NaN, too.
    return value >= 0 && value < Infinity;
  }
}
