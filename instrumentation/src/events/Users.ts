import type { Tag } from '../context/Tag.js';

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
  private readonly records = new Map<string, UserRecord>();

  /** `onEvicted` hears of a user who was forgotten to make room. */
  constructor(
    private readonly most: number,
    private readonly ttl: number,
    private readonly now: () => number,
    private readonly onEvicted: () => void
  ) {}

  get size(): number {
    return this.records.size;
  }

  /** The user's record; a new one if there is none, or it is past its time. */
  of(pseudonym: string): UserRecord {
    const now = this.now();
    let record = this.records.get(pseudonym);
    // Taken out and put back, so that the map's order is that of the last use.
    this.records.delete(pseudonym);
    if (record === undefined || now - record.since >= this.ttl) {
      record = new UserRecord(now);
    }
    this.records.set(pseudonym, record);
    if (this.records.size > this.most) {
      const [oldest] = this.records;
      if (oldest !== undefined) {
        this.records.delete(oldest[0]);
        if (now - oldest[1].since < this.ttl) {
          this.onEvicted();
        }
      }
    }
    return record;
  }
}
