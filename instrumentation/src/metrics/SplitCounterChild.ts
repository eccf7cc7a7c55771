import type { Tag } from '../context/Tag.js';
import type { Labels } from '../labels/Labels.js';
import type { ScalarSeries } from './ScalarSeries.js';
import type { SeriesCounter } from './SeriesCounter.js';
import { SplitChild } from './SplitChild.js';
import type { SplitParts } from './SplitParts.js';

/** The untagged side of a split counter: a series of this library's own, or the application's counter. */
export interface PlainCounterChild {
  add(value: number): void;
}

/** One set of label values of a split counter. Whoever keeps it looks nothing up. */
export class SplitCounterChild extends SplitChild<ScalarSeries, SeriesCounter> {
  constructor(
    parts: SplitParts,
    private readonly plain: PlainCounterChild,
    twin: SeriesCounter,
    labels: Labels
  ) {
    super(parts, twin, labels);
  }

  /** Counts once untagged, and once for each flag that the work under way evaluated. */
  inc(value = 1): void {
    this.incFor(this.parts.context.tags(), value);
  }

  /** As {@link inc}, for work that is over: with the flags that it evaluated. */
  incFor(tags: readonly Tag[], value = 1): void {
    try {
      this.parts.metrics.restore();
      if (!this.twin.accepts(value)) {
        return;
      }
      this.plain.add(value);
      for (const tag of tags) {
        (this.byTag[tag.id] ?? this.start(tag)).add(value);
      }
    } catch (error) {
      this.parts.host.failed('SplitCounter.inc', error);
    }
  }
}
