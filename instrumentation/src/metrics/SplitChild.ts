import type { Tag } from '../context/Tag.js';
import { LABELS } from '../floor/conventions.js';
import type { Labels } from '../labels/Labels.js';
import type { SplitParts } from './SplitParts.js';

/** The twin as its children use it. */
interface Twin<S> {
  /** The series with these labels; created at zero if it is new. */
  series(labels: Labels): S;
}

/** One set of label values of a split metric, with the twin's series by flag and variant. */
export abstract class SplitChild<S, T extends Twin<S>> {
  /** The twin's series by `tag.id`. */
  protected readonly byTag: Array<S | undefined> = [];

  /** `labels` are the twin's, within the limits. */
  constructor(
    protected readonly parts: SplitParts,
    protected readonly twin: T,
    readonly labels: Labels
  ) {}

  /** Whether the flag's and variant's series is here already. */
  has(tag: Tag): boolean {
    return this.byTag[tag.id] !== undefined;
  }

  /** The twin's series for a flag and variant; created at zero if it is new. */
  start(tag: Tag): S {
    const series = this.twin.series({ [LABELS.flag]: tag.flag, [LABELS.variant]: tag.variant, ...this.labels });
    this.byTag[tag.id] = series;
    return series;
  }
}
