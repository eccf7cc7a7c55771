import type { Tag } from '../context/Tag.js';
import { BoundedMap } from '../floor/BoundedMap.js';
import type { Clock } from '../floor/clock.js';

/** What a user has done so far: no identifier, no time of day, no property of an event. */
export class UserRecord {
  /** The flags that the user was exposed to, with the last variant of each. */
  readonly exposed = new Map<string, Tag>();
  /** How many steps of each funnel the user has taken. */
  readonly steps = new Map<string, number>();
  private readonly marks = new Set<string>();

  constructor(readonly since: number) {}

  /** Whether this happens for the first time. Marks are made of definitions and guarded flags: a bounded number. */
  first(mark: string): boolean {
    const size = this.marks.size;
    return this.marks.add(mark).size > size;
  }
}

/** Remembers users by their pseudonyms: the last `most` that did something, each for `ttl` milliseconds. */
export class Users {
  private readonly records: BoundedMap<string, UserRecord>;

  /** `onEvicted` hears of a user who was forgotten to make room. */
  constructor(
    most: number,
    private readonly ttl: number,
    private readonly now: Clock,
    onEvicted: () => void
  ) {
    this.records = new BoundedMap(most, (record) => {
      // One past its time would have counted anew in any case.
      if (!this.isOver(record, now())) {
        onEvicted();
      }
    });
  }

  get size(): number {
    return this.records.size;
  }

  /** The user's record; a new one if there is none, or it is past its time. */
  of(pseudonym: string): UserRecord {
    const now = this.now();
    const known = this.records.get(pseudonym);
    const record = known === undefined || this.isOver(known, now) ? new UserRecord(now) : known;
    this.records.set(pseudonym, record);
    return record;
  }

  private isOver(record: UserRecord, now: number): boolean {
    return now - record.since >= this.ttl;
  }
}
