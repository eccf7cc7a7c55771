import type { Tag } from '../context/Tag.js';
import { SeriesHistogram } from './SeriesHistogram.js';
import type { SplitChildren } from './SplitChildren.js';
import { SplitHistogramChild } from './SplitHistogramChild.js';
import type { SplitParts } from './SplitParts.js';

/** Label values of a metric whose label names are known. */
export type LabelsOf<L extends string> = Readonly<Partial<Record<L, string | number>>>;

/**
 * A histogram that is recorded once untagged, and once for each flag that the work under way evaluated, in its twin
 * `feature_flag_<name>` with the labels `feature_flag_key` and `feature_flag_variant`. Nothing here throws.
 */
export class SplitHistogram<L extends string = string> {
  constructor(
    private readonly parts: SplitParts,
    private readonly children: SplitChildren<SplitHistogramChild>
  ) {}

  /** Records a value in the metric's unit. */
  observe(labels: LabelsOf<L>, value: number): void {
    this.child(labels).observe(value);
  }

  /** As {@link observe}, for work that is over: with the flags that it evaluated. */
  observeFor(tags: readonly Tag[], labels: LabelsOf<L>, value: number): void {
    this.child(labels).observeFor(tags, value);
  }

  /** The metric with these labels, to be kept by who records often: it looks up nothing. */
  child(labels: LabelsOf<L>): SplitHistogramChild {
    try {
      return this.children.of(labels);
    } catch (error) {
      this.parts.host.failed('SplitHistogram.child', error);
      return this.nowhere();
    }
  }

  /** Whether these labels have been recorded or started. */
  has(labels: LabelsOf<L>): boolean {
    return this.children.has(labels);
  }

  /** Starts the label values at zero for the registered flags. */
  zero(labels: LabelsOf<L>): void {
    this.child(labels);
  }

  private nowhere(): SplitHistogramChild {
    const unread = new SeriesHistogram({ name: 'unread', help: 'Recorded nowhere' }, [], []);
    return new SplitHistogramChild(this.parts, { add: () => undefined }, unread, {});
  }
}
