/** Remembers the last ids for a time. */
export class RecentIds {
  private readonly seen = new Map<string, number>();

  /** `ttl` and `now` are in milliseconds. */
  constructor(
    private readonly most: number,
    private readonly ttl: number,
    private readonly now: () => number
  ) {}

  has(id: string): boolean {
    const at = this.seen.get(id);
    return at !== undefined && this.now() - at < this.ttl;
  }

  add(id: string): void {
    this.seen.delete(id);
    this.seen.set(id, this.now());
    if (this.seen.size > this.most) {
      const [oldest] = this.seen.keys();
      this.seen.delete(oldest ?? id);
    }
  }
}
