import type { Tag } from '../context/Tag.js';
import { EMPTY } from '../floor/conventions.js';
import type { Labels } from '../labels/Labels.js';
import { SeriesTable } from './SeriesTable.js';
import type { SplitParts } from './SplitParts.js';

/** One set of label values of a split metric, as its children are started. */
export interface Startable {
  /** The twin's series for a flag and variant; created at zero if it is new. */
  start(tag: Tag): unknown;
  has(tag: Tag): boolean;
}

/** How the children of one metric are made. */
export interface ChildrenOptions<C> {
  /** The metric's name, for the limits of its label values. */
  name: string;
  labelNames: readonly string[];
  /** Whether label values, and the number of their combinations, are to be brought within the limits. */
  guarded: boolean;
  /** Guarded keys of the flags that start at zero; all if undefined. */
  flags: readonly string[] | undefined;
  startedByCaller: boolean;
  /** `raw` are the caller's labels, `within` those within the limits. Throws on labels that the metric does not have. */
  create: (raw: Labels, within: Labels) => C;
}

/** The children of a split metric by the caller's label values, each started at zero for the registered flags. */
export class SplitChildren<C extends Startable> {
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

  /** Whether there is a child for these labels. */
  has(labels: Labels): boolean {
    return this.table.find(labels) !== undefined;
  }

  /** The child for these labels. Throws on labels that the metric does not have. */
  of(labels: Labels): C {
    return this.table.find(labels) ?? this.create(labels);
  }

  private create(labels: Labels): C {
    const { options } = this;
    const within = options.guarded ? this.within(labels) : labels;
    const child = options.create(labels, within);
    // What was folded is not kept: each time counts as folded, and a value that was cut may be huge.
    if (options.labelNames.every((name) => isKept(labels[name], within[name]))) {
      this.table.add(labels, child);
      if (!options.startedByCaller) {
        this.start(child, this.parts.flags.tags(options.flags));
      }
    }
    return child;
  }

  private within(labels: Labels): Labels {
    const { options, parts } = this;
    // Few values of each label still make many combinations, and the twin multiplies each by the flags.
    return this.table.size < parts.labels.limits.labelSets
      ? parts.labels.values(options.name, options.labelNames, labels)
      : parts.labels.folded(options.labelNames, labels);
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

/** Whether a value is the one that it became within the limits, so that there are no more of it than they allow. */
function isKept(raw: unknown, within: unknown): boolean {
  // Numbers, and from JavaScript true and false; an empty text has a word of its own.
  const text = typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : raw;
  return within === text || (raw === '' && within === EMPTY);
}
