import { BoundedMap } from '../floor/BoundedMap.js';
import type { Clock } from '../floor/clock.js';

/** A rate with the burst that it lets through. */
export interface Rate {
  /** In the long run. */
  perSecond: number;
  /** At once, after a pause. */
  burst: number;
}

/** A token bucket: filled at a rate, up to a burst. */
class Bucket {
  private tokens: number;

  constructor(
    private readonly rate: Rate,
    private at: number
  ) {
    this.tokens = rate.burst;
  }

  /** Seconds until there are as many tokens; 0 if there are. Infinity if the bucket is too small for them. */
  wait(count: number, now: number): number {
    // A clock that was set back gives no tokens.
    const passed = Math.max(0, now - this.at) / 1000;
    // No time times an infinite rate, or no tokens at no rate, were no number, which all comparisons below let through.
    this.tokens = Math.min(this.rate.burst, this.tokens + (passed > 0 ? passed * this.rate.perSecond : 0));
    this.at = now;
    if (count > this.rate.burst) {
      return Infinity;
    }
    return count <= this.tokens ? 0 : (count - this.tokens) / this.rate.perSecond;
  }

  take(count: number): void {
    this.tokens -= count;
  }
}

/** Limits how much each client sends, and all of them together. It remembers a bounded number of clients. */
export class RateLimiter {
  private readonly clients: BoundedMap<string, Bucket>;
  private readonly overall: Bucket;

  constructor(
    private readonly perClient: Rate,
    overall: Rate,
    most: number,
    private readonly now: Clock
  ) {
    this.clients = new BoundedMap(most);
    this.overall = new Bucket(overall, now());
  }

  /** Takes so many tokens of a client; answers 0, or the seconds to wait if they are not there: then none is taken. */
  take(client: string, count: number): number {
    const now = this.now();
    const bucket = this.clients.get(client) ?? new Bucket(this.perClient, now);
    this.clients.set(client, bucket);
    const wait = Math.max(bucket.wait(count, now), this.overall.wait(count, now));
    if (wait === 0) {
      bucket.take(count);
      this.overall.take(count);
    }
    return wait;
  }

  /** Clients that are remembered. */
  get size(): number {
    return this.clients.size;
  }
}
