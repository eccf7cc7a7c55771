/** A flag and the variant that was served. There is one object for each pair, so that `id` can index an array. */
export interface Tag {
  /** Counts up from 0 within the instrumentations of one registry. */
  readonly id: number;
  /** The flag's key as a label value: already within the limits. */
  readonly flag: string;
  /** The variant as a label value: already within the limits. */
  readonly variant: string;
}

/** Holds the one {@link Tag} of each flag and variant. Its size is bounded by the label guard, whose values it is given. */
export class TagTable {
  private readonly byFlag = new Map<string, Map<string, Tag>>();
  private count = 0;

  /** The tag of two guarded label values. */
  of(flag: string, variant: string): Tag {
    let variants = this.byFlag.get(flag);
    if (variants === undefined) {
      variants = new Map();
      this.byFlag.set(flag, variants);
    }
    let tag = variants.get(variant);
    if (tag === undefined) {
      tag = { id: this.count++, flag, variant };
      variants.set(variant, tag);
    }
    return tag;
  }
}
