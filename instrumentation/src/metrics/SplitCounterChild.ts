import type { Tag } from '../context/Tag.js';
import { LABELS } from '../floor/conventions.js';
import type { Labels } from '../labels/Labels.js';
import type { ScalarSeries } from './ScalarSeries.js';
import type { SeriesCounter } from './SeriesCounter.js';
import type { SplitParts } from './SplitParts.js';

/** The untagged side of a split counter: a series of this library's own, or the application's counter. */
export interface PlainCounterChild {
  add(value: number): void;
}

/** One set of label values of a split counter. Whoever keeps it looks nothing up. */
export class SplitCounterChild {
  /** The twin's series by `tag.id`. */
  private readonly byTag: Array<ScalarSeries | undefined> = [];

  /** `labels` are the twin's, within the limits. */
  constructor(
    private readonly parts: SplitParts,
    private readonly plain: PlainCounterChild,
    private readonly twin: SeriesCounter,
    readonly labels: Labels
  ) {}

  /** Counts once untagged, and once for each flag that the work under way evaluated. */
  inc(value = 1): void {
    this.incFor(this.parts.context.tags(), value);
  }

  /** As {@link inc}, for work that is over: with the flags that it evaluated. */
  incFor(tags: readonly Tag[], value = 1): void {
    try {
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

  /** Whether the flag's and variant's series is here already. */
  has(tag: Tag): boolean {
    return this.byTag[tag.id] !== undefined;
  }

  /** The twin's series for a flag and variant; created at zero if it is new. */
  start(tag: Tag): ScalarSeries {
    const series = this.twin.series({ [LABELS.flag]: tag.flag, [LABELS.variant]: tag.variant, ...this.labels });
    this.byTag[tag.id] = series;
    return series;
  }
}
