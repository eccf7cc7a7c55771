import { EVALUATION_ERROR } from '../floor/conventions.js';
import type { Tag } from './Tag.js';

/** Who begins units of work. */
export interface TagSetOwner {
  /** Notes an evaluation, if the flag is collected. `variant` is called only then. Must not throw. */
  note(tags: TagSet, flagKey: string, variant: () => string): void;
}

/** The flags that one unit of work evaluated, each with one variant. */
export class TagSet {
  /** Who began the work, whose limits its flags are brought within; whoever sees an evaluation if absent. */
  owner: TagSetOwner | undefined;
  /** Called for flags that are noted when the unit of work has been recorded, where they still count. */
  late: ((tag: Tag) => void) | undefined;
  /** Whether the unit of work has ended: what goes on in its context, such as a consumer that it began, is other work. */
  over = false;
  private readonly tags: Tag[] = [];

  /** In the order of the flags' first evaluation. Later tags are seen in it. */
  get list(): readonly Tag[] {
    return this.tags;
  }

  /**
   * Notes a flag's variant. A unit of work belongs to one variant of a flag, or a flag's requests would not add up:
   * the first one counts, and a failed evaluation only as long as none succeeds.
   */
  add(tag: Tag): void {
    // Few flags are evaluated by one request: a walk is quicker than a map and needs no memory.
    const index = this.tags.findIndex(({ flag }) => flag === tag.flag);
    if (index < 0) {
      this.tags.push(tag);
      this.late?.(tag);
    } else if (this.tags[index]?.variant === EVALUATION_ERROR) {
      this.tags[index] = tag;
    }
  }
}
