import { EVALUATION_ERROR } from '../floor/conventions.js';
import type { LabelGuard } from '../labels/LabelGuard.js';
import { groundOf, type Ground } from './ground.js';
import type { Tag } from './Tag.js';
import { type TagSet } from './TagSet.js';

const NONE: readonly Tag[] = [];

/**
 * The flags of the work under way: of the request, job or message that the running code belongs to. They travel in
 * AsyncLocalStorage, through promises, timers, streams and callbacks. Whatever is split by flag asks here.
 */
export class FlagContext {
  private readonly storage: Ground['storage'];
  private readonly table: Ground['table'];

  /** Instrumentations of one registry know each other's work. */
  constructor(
    private readonly labels: LabelGuard,
    registry: object
  ) {
    ({ storage: this.storage, table: this.table } = groundOf(registry));
  }

  /** Runs `work` with these tags as the current ones, for it and all that it starts. */
  run<T>(tags: TagSet, work: () => T): T {
    return this.storage.run(tags, work);
  }

  /** The tags of the work under way; undefined outside of any. */
  current(): TagSet | undefined {
    return this.storage.getStore();
  }

  /** What the work under way has evaluated so far; empty outside of any. */
  tags(): readonly Tag[] {
    return this.storage.getStore()?.list ?? NONE;
  }

  /** The tag of a flag's raw key and raw variant, brought within the limits. */
  tag(flagKey: string, variant: string): Tag {
    const flag = this.labels.flag(flagKey);
    // Not a variant of the flag's own: it does not take the place of one under the cap.
    return this.table.of(flag, variant === EVALUATION_ERROR ? variant : this.labels.variant(flag, variant));
  }

  /** The tag of a guarded flag and a variant that was registered, and so is never folded. */
  registered(flag: string, variant: string): Tag {
    return this.table.of(flag, variant);
  }
}
