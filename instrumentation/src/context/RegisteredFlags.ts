import type { LabelGuard } from '../labels/LabelGuard.js';
import type { FlagDefinition } from './options.js';
import type { Collection } from './Collection.js';
import type { FlagContext } from './FlagContext.js';
import type { Tag } from './Tag.js';

/** A registered flag. */
interface Registered {
  /** The key as it is evaluated. */
  readonly rawKey: string;
  readonly tags: Set<Tag>;
}

/**
 * The flags that the service has registered, with their variants, and whether they are collected. Metrics that are
 * split by flag start their series at zero from here.
 */
export class RegisteredFlags {
  private readonly byFlag = new Map<string, Registered>();
  private readonly begun = new Set<string>();
  private readonly listeners: Array<(tags: readonly Tag[]) => void> = [];

  constructor(
    private readonly labels: LabelGuard,
    private readonly context: FlagContext,
    private readonly collection: Collection
  ) {
    collection.onBegin((flagKey) => this.begin(this.labels.keyOf(flagKey)));
  }

  /** Registers flags; a flag that is known gains the variants that are new. */
  register(flags: readonly FlagDefinition[]): void {
    for (const definition of flags) {
      const { flag, variants } = this.labels.register(definition);
      const known = this.byFlag.get(flag) ?? { rawKey: definition.key, tags: new Set() };
      this.byFlag.set(flag, known);
      const added = variants
        .map((variant) => this.context.registered(flag, variant))
        .filter((tag) => !known.tags.has(tag));
      for (const tag of added) {
        known.tags.add(tag);
      }
      if (this.begun.has(flag)) {
        this.tell(added);
      } else if (this.collection.wants(known.rawKey)) {
        this.begin(flag);
      }
    }
  }

  /** The tags of the flags that are collected, now or once; of the given guarded keys alone, if there are any given. */
  tags(flags?: readonly string[]): Tag[] {
    const wanted = flags === undefined ? [...this.begun] : flags.filter((flag) => this.begun.has(flag));
    return wanted.flatMap((flag) => [...(this.byFlag.get(flag)?.tags ?? [])]);
  }

  /** Calls the listener with the tags that become known, or whose flag begins to be collected. */
  onAdded(listener: (tags: readonly Tag[]) => void): void {
    this.listeners.push(listener);
  }

  private begin(flag: string): void {
    const known = this.byFlag.get(flag);
    if (known !== undefined && !this.begun.has(flag)) {
      this.begun.add(flag);
      this.tell([...known.tags]);
    }
  }

  private tell(tags: readonly Tag[]): void {
    if (tags.length > 0) {
      for (const listener of this.listeners) {
        listener(tags);
      }
    }
  }
}
