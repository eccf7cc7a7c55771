import type { Tag } from '../context/Tag.js';
import type { Labels } from './MetricConfig.js';
import { SeriesTable } from './SeriesTable.js';
import type { SplitParts } from './SplitParts.js';

/** A hostile client's label values must not fill the memory: beyond this many, children are made anew each time. */
const KEPT_CHILDREN = 2000;

/** One set of label values of a split metric. */
interface Child {
  /** The twin's series for a flag and variant; created at zero if it is new. */
  start(tag: Tag): unknown;
  has(tag: Tag): boolean;
}

/** How the children of one metric are made. */
export interface ChildrenOptions<C> {
  /** The metric's name, for the limits of its label values. */
  name: string;
  labelNames: readonly string[];
  /** Whether label values are to be brought within the limits. */
  guarded: boolean;
  /** Guarded keys of the flags that start at zero; all if undefined. */
  flags: readonly string[] | undefined;
  startedByCaller: boolean;
  /** `raw` are the caller's labels, `within` those within the limits. Throws on labels that the metric does not have. */
  create: (raw: Labels, within: Labels) => C;
}

/** The children of a split metric by the caller's label values, each started at zero for the registered flags. */
export class SplitChildren<C extends Child> {
  private readonly table: SeriesTable<C>;

  constructor(
    private readonly parts: SplitParts,
    private readonly options: ChildrenOptions<C>
  ) {
    this.table = new SeriesTable(options.labelNames);
    if (!options.startedByCaller) {
      parts.flags.onAdded((tags) => this.startAll(tags));
    }
  }

  /** The child for these labels. Throws on labels that the metric does not have. */
  of(labels: Labels): C {
    return this.table.find(labels) ?? this.create(labels);
  }

  private create(labels: Labels): C {
    const { options, parts } = this;
    const within = options.guarded ? parts.labels.values(options.name, options.labelNames, labels) : labels;
    const child = options.create(labels, within);
    // A value that is over the length is never kept: it may be huge.
    const short = options.labelNames.every((name) => String(labels[name] ?? '').length <= parts.labels.limits.valueLength);
    if (short && this.table.size < KEPT_CHILDREN) {
      this.table.add(labels, child);
      if (!options.startedByCaller) {
        this.start(child, parts.flags.tags(options.flags));
      }
    }
    return child;
  }

  private startAll(tags: readonly Tag[]): void {
    const { flags } = this.options;
    const wanted = flags === undefined ? tags : tags.filter(({ flag }) => flags.includes(flag));
    for (const child of this.table.all) {
      this.start(child, wanted);
    }
  }

  private start(child: C, tags: readonly Tag[]): void {
    for (const tag of tags) {
      if (!child.has(tag)) {
        this.parts.budget.spend(() => child.start(tag));
      }
    }
  }
}
