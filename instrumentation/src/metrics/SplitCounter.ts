import type { Tag } from '../context/Tag.js';
import { SeriesCounter } from './SeriesCounter.js';
import { SplitCounterChild } from './SplitCounterChild.js';
import { SplitMetric, type LabelsOf } from './SplitMetric.js';

/**
 * A counter that counts once untagged, and once for each flag that the work under way evaluated, in its twin
 * `feature_flag_<name>` with the labels `feature_flag_key` and `feature_flag_variant`. Nothing here throws.
 */
export class SplitCounter<L extends string = string> extends SplitMetric<SplitCounterChild, L> {
  protected override readonly name = 'SplitCounter';

  inc(labels: LabelsOf<L>, value = 1): void {
    this.child(labels).inc(value);
  }

  /** As {@link inc}, for work that is over: with the flags that it evaluated. */
  incFor(tags: readonly Tag[], labels: LabelsOf<L>, value = 1): void {
    this.child(labels).incFor(tags, value);
  }

  protected override nowhere(): SplitCounterChild {
    const unread = new SeriesCounter({ name: 'unread', help: 'Counted nowhere' }, []);
    return new SplitCounterChild(this.parts, { add: () => undefined }, unread, {});
  }
}
