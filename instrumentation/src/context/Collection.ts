import type { HostGuard } from '../floor/HostGuard.js';
import { LONGEST_DELAY } from '../floor/clock.js';
import type { CollectionMode, WatchOptions } from './options.js';

/** Decides at each evaluation whether the unit of work under way is split by the flag. */
export class Collection {
  private readonly all: boolean;
  private readonly only: ReadonlySet<string>;
  /** How many watch each flag. */
  private readonly watchers = new Map<string, number>();
  private readonly listeners: Array<(flagKey: string) => void> = [];

  constructor(
    mode: CollectionMode | undefined,
    private readonly host: HostGuard
  ) {
    this.all = mode === undefined || mode === 'all';
    this.only = new Set(typeof mode === 'object' ? mode.only : []);
  }

  /** Whether metrics are split by this flag now. `flagKey` is the raw key. */
  wants(flagKey: string): boolean {
    return this.all || this.only.has(flagKey) || this.watchers.has(flagKey);
  }

  /**
   * Splits by the flag until the answered function is called, or `ttl` is over. Several may watch one flag: it is
   * collected until the last of them has ended. Where the flag is collected anyway, this changes nothing.
   */
  watch(flagKey: string, { ttl }: WatchOptions = {}): () => void {
    const collected = this.wants(flagKey);
    this.watchers.set(flagKey, (this.watchers.get(flagKey) ?? 0) + 1);
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const end = () => {
      clearTimeout(timer);
      if (!ended) {
        ended = true;
        this.release(flagKey);
      }
    };
    if (ttl !== undefined) {
      const delay = Number.isFinite(ttl) ? Math.min(Math.max(ttl * 1000, 0), LONGEST_DELAY) : LONGEST_DELAY;
      timer = setTimeout(end, delay).unref();
    }
    if (!collected) {
      for (const listener of this.listeners) {
        this.host.run('Collection.watch', () => listener(flagKey));
      }
    }
    return end;
  }

  /** Calls the listener with the raw key of each flag that begins to be collected, so that its series start at zero. */
  onBegin(listener: (flagKey: string) => void): void {
    this.listeners.push(listener);
  }

  private release(flagKey: string): void {
    const left = (this.watchers.get(flagKey) ?? 1) - 1;
    if (left > 0) {
      this.watchers.set(flagKey, left);
    } else {
      this.watchers.delete(flagKey);
    }
  }
}
