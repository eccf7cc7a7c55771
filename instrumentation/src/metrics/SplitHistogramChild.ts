import type { Tag } from '../context/Tag.js';
import { LABELS } from '../floor/conventions.js';
import type { Exemplar } from './Exemplar.js';
import { bucketOf, type HistogramSeries } from './HistogramSeries.js';
import type { Labels } from '../labels/Labels.js';
import type { SeriesHistogram } from './SeriesHistogram.js';
import type { SplitParts } from './SplitParts.js';

/** The untagged side of a split histogram: a series of this library's own, or the application's histogram. */
export interface PlainHistogramChild {
  /** `bucket` is the value's among the twin's bounds. */
  add(bucket: number, value: number, exemplar: Exemplar | undefined): void;
}

/** One set of label values of a split histogram. Whoever keeps it looks nothing up. */
export class SplitHistogramChild {
  /** The twin's series by `tag.id`. */
  private readonly byTag: Array<HistogramSeries | undefined> = [];

  /** `labels` are the twin's, within the limits. */
  constructor(
    private readonly parts: SplitParts,
    private readonly plain: PlainHistogramChild,
    private readonly twin: SeriesHistogram,
    readonly labels: Labels
  ) {}

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

  /** Whether the flag's and variant's series is here already. */
  has(tag: Tag): boolean {
    return this.byTag[tag.id] !== undefined;
  }

  /** The twin's series for a flag and variant; created at zero if it is new. */
  start(tag: Tag): HistogramSeries {
    const series = this.twin.series({ [LABELS.flag]: tag.flag, [LABELS.variant]: tag.variant, ...this.labels });
    this.byTag[tag.id] = series;
    return series;
  }
}
