import type { Tag } from '../context/Tag.js';
import { SeriesCounter } from './SeriesCounter.js';
import type { SplitChildren } from './SplitChildren.js';
import { SplitCounterChild } from './SplitCounterChild.js';
import type { LabelsOf } from './SplitHistogram.js';
import type { SplitParts } from './SplitParts.js';

/**
 * A counter that counts once untagged, and once for each flag that the work under way evaluated, in its twin
 * `feature_flag_<name>` with the labels `feature_flag_key` and `feature_flag_variant`. Nothing here throws.
 */
export class SplitCounter<L extends string = string> {
  constructor(
    private readonly parts: SplitParts,
    private readonly children: SplitChildren<SplitCounterChild>
  ) {}

  inc(labels: LabelsOf<L>, value = 1): void {
    this.child(labels).inc(value);
  }

  /** As {@link inc}, for work that is over: with the flags that it evaluated. */
  incFor(tags: readonly Tag[], labels: LabelsOf<L>, value = 1): void {
    this.child(labels).incFor(tags, value);
  }

  /** The metric with these labels, to be kept by who counts often: it looks up nothing. */
  child(labels: LabelsOf<L>): SplitCounterChild {
    try {
      return this.children.of(labels);
    } catch (error) {
      this.parts.host.failed('SplitCounter.child', error);
      const unread = new SeriesCounter({ name: 'unread', help: 'Counted nowhere' }, []);
      return new SplitCounterChild(this.parts, { add: () => undefined }, unread, {});
    }
  }

  /** Starts the label values at zero for the registered flags. */
  zero(labels: LabelsOf<L>): void {
    this.child(labels);
  }
}
