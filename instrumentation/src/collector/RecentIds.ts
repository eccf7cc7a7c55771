import { BoundedMap } from '../floor/BoundedMap.js';
import type { Clock } from '../floor/clock.js';

/** Remembers the last ids for a time. */
export class RecentIds {
  private readonly seen: BoundedMap<string, number>;

  /** `ttl` is in milliseconds. */
  constructor(
    most: number,
    private readonly ttl: number,
    private readonly now: Clock
  ) {
    this.seen = new BoundedMap(most);
  }

  has(id: string): boolean {
    const at = this.seen.get(id);
    return at !== undefined && this.now() - at < this.ttl;
  }

  add(id: string): void {
    this.seen.set(id, this.now());
  }
}
