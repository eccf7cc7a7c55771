import { LABELS, METRICS } from '../floor/conventions.js';
import type { SplitCounterChild } from '../metrics/SplitCounterChild.js';
import type { LayerParts } from './LayerParts.js';
import type { CacheOptions } from './options.js';
import { isThenable, settle, type End } from '../floor/settle.js';

/** Look-ups and evictions of one cache. Nothing here throws what `get` did not. */
export class CacheMetrics {
  private readonly hits: SplitCounterChild;
  private readonly misses: SplitCounterChild;
  private readonly errors: SplitCounterChild;
  private readonly evictions: SplitCounterChild;
  private readonly isHit: ((found: unknown) => boolean) | undefined;

  constructor(
    private readonly parts: LayerParts,
    name: string,
    options: CacheOptions = {}
  ) {
    const lookups = parts.split.counter({
      name: METRICS.cacheRequests,
      help: 'Look-ups in caches by their outcome',
      labelNames: [LABELS.cache, LABELS.outcome],
      bounded: true,
    });
    const evictions = parts.split.counter({
      name: METRICS.cacheEvictions,
      help: 'Entries that caches dropped to make room',
      labelNames: [LABELS.cache],
      bounded: true,
    });
    const child = (outcome: string) => lookups.child({ [LABELS.cache]: name, [LABELS.outcome]: outcome });
    this.hits = child('hit');
    this.misses = child('miss');
    this.errors = child('error');
    this.evictions = evictions.child({ [LABELS.cache]: name });
    this.isHit = options.isHit;
  }

  hit(count = 1): void {
    this.hits.inc(count);
  }

  miss(count = 1): void {
    this.misses.inc(count);
  }

  /** The cache itself failed: it is neither a hit nor a miss. */
  failed(count = 1): void {
    this.errors.inc(count);
  }

  /** Entries that were dropped to make room. */
  evicted(count = 1): void {
    this.evictions.inc(count);
  }

  /**
   * The same look-up, counted: by what it answers or resolves to, and as an error if it throws or rejects. It is called
   * with the `this` that the answered function is called with.
   */
  wrap<K extends unknown[], V>(get: (...key: K) => V): (...key: K) => V {
    const count = (end: End<unknown>) => this.count(end);
    return function (this: unknown, ...key: K): V {
      return settle(() => get.apply(this, key), count, isThenable);
    };
  }

  private count(end: End<unknown>): void {
    this.parts.host.run('CacheMetrics.count', () => {
      const found = 'error' in end ? this.errors : this.found(end.value) ? this.hits : this.misses;
      found.inc();
    });
  }

  /** A look-up counts, even where the application's own way to tell a hit fails. */
  private found(value: unknown): boolean {
    const hit = this.parts.host.run('CacheMetrics.count', () => this.isHit?.(value));
    return hit ?? (value !== undefined && value !== null);
  }
}
