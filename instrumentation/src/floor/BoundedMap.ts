/** A map of bounded size: each `set` makes its entry the latest, and beyond `most` the one that was set longest ago goes. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  /** `onEvicted` hears of an entry that went to make room. */
  constructor(
    private readonly most: number,
    private readonly onEvicted?: (value: V) => void
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    // Taken out and put back, so that the map's order is that of the last use.
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.most) {
      this.evictOldest();
    }
  }

  private evictOldest(): void {
    for (const [key, value] of this.entries) {
      this.entries.delete(key);
      this.onEvicted?.(value);
      return;
    }
  }
}
