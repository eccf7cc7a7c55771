import type { Tag } from '../context/Tag.js';
import { SeriesHistogram } from './SeriesHistogram.js';
import { SplitHistogramChild } from './SplitHistogramChild.js';
import { SplitMetric, type LabelsOf } from './SplitMetric.js';

/**
 * A histogram that is recorded once untagged, and once for each flag that the work under way evaluated, in its twin
 * `feature_flag_<name>` with the labels `feature_flag_key` and `feature_flag_variant`. Nothing here throws.
 */
export class SplitHistogram<L extends string = string> extends SplitMetric<SplitHistogramChild, L> {
  protected override readonly name = 'SplitHistogram';

  /** Records a value in the metric's unit. */
  observe(labels: LabelsOf<L>, value: number): void {
    this.child(labels).observe(value);
  }

  /** As {@link observe}, for work that is over: with the flags that it evaluated. */
  observeFor(tags: readonly Tag[], labels: LabelsOf<L>, value: number): void {
    this.child(labels).observeFor(tags, value);
  }

  protected override nowhere(): SplitHistogramChild {
    const unread = new SeriesHistogram({ name: 'unread', help: 'Recorded nowhere' }, [], []);
    return new SplitHistogramChild(this.parts, { add: () => undefined }, unread, {});
  }
}
