import type { Tag } from '../context/Tag.js';
import type { Exemplar } from './Exemplar.js';
import { bucketOf, type HistogramSeries } from './HistogramSeries.js';
import type { Labels } from '../labels/Labels.js';
import type { SeriesHistogram } from './SeriesHistogram.js';
import { SplitChild } from './SplitChild.js';
import type { SplitParts } from './SplitParts.js';

/** The untagged side of a split histogram: a series of this library's own, or the application's histogram. */
export interface PlainHistogramChild {
  /** `bucket` is the value's among the twin's bounds. */
  add(bucket: number, value: number, exemplar: Exemplar | undefined): void;
}

/** One set of label values of a split histogram. Whoever keeps it looks nothing up. */
export class SplitHistogramChild extends SplitChild<HistogramSeries, SeriesHistogram> {
  constructor(
    parts: SplitParts,
    private readonly plain: PlainHistogramChild,
    twin: SeriesHistogram,
    labels: Labels
  ) {
    super(parts, twin, labels);
  }

  /** Records a value in the metric's unit: once untagged, and once for each flag that the work under way evaluated. */
  observe(value: number): void {
    this.observeFor(this.parts.context.tags(), value);
  }

  /**
   * As {@link observe}, for work that is over: with the flags that it evaluated. `late` is for further flags of work
   * that was recorded before: it counts nothing untagged.
   */
  observeFor(tags: readonly Tag[], value: number, late = false): void {
    try {
      const { twin } = this;
      this.parts.metrics.restore();
      if (!twin.accepts(value)) {
        return;
      }
      const bucket = bucketOf(twin.bounds, value);
      const exemplar = this.parts.exemplar?.(value);
      if (!late) {
        this.plain.add(bucket, value, exemplar);
      }
      for (const tag of tags) {
        (this.byTag[tag.id] ?? this.start(tag)).add(bucket, value, exemplar);
      }
    } catch (error) {
      this.parts.host.failed('SplitHistogram.observe', error);
    }
  }
}
