import { processWide } from '../floor/processWide.js';

/** Items and milliseconds after which the event loop has its turn. */
const SLICE = { items: 256, ms: 4 };

interface Flushable {
  flush(): Promise<void>;
}

/** The queues that have something in them, and the one listener that empties them when the process is about to end. */
const waiting = processWide('waitingQueues', () => ({ queues: new Set<Flushable>(), listening: false }));

/**
 * A bounded queue whose items are handled in slices between the turns of the event loop, so that whoever adds to it waits
 * for nothing. Its timers keep no process alive; what is left when one ends is handled at `beforeExit`.
 */
export class EventQueue<T extends object> {
  private items: T[] = [];
  private head = 0;
  private timer: NodeJS.Immediate | NodeJS.Timeout | undefined;
  private closed = false;

  /** `handle` must not throw. `interval` is in milliseconds. */
  constructor(
    private readonly size: number,
    private readonly interval: number,
    private readonly handle: (item: T) => void
  ) {}

  get length(): number {
    return this.items.length - this.head;
  }

  /** How many items more it takes now. */
  get room(): number {
    return this.closed ? 0 : this.size - this.length;
  }

  /** Adds an item; answers false if there is no room for it. */
  offer(item: T): boolean {
    if (this.room <= 0) {
      return false;
    }
    if (this.length === 0) {
      announce(this);
    }
    this.items.push(item);
    this.schedule();
    return true;
  }

  /** Handles, in slices, what is in the queue now. */
  flush(): Promise<void> {
    let left = this.length;
    return new Promise((resolve) => {
      const step = () => {
        left -= this.slice(left);
        if (left > 0 && this.length > 0) {
          setImmediate(step);
        } else {
          resolve();
        }
      };
      step();
    });
  }

  /** Takes nothing more, and handles what is there. */
  close(): Promise<void> {
    this.closed = true;
    return this.flush();
  }

  private schedule(): void {
    if (this.timer === undefined) {
      const tick = () => {
        this.timer = undefined;
        this.slice(this.length);
        if (this.length > 0) {
          this.schedule();
        }
      };
      // A backlog is worked off at once: the interval lies between batches, not between their slices.
      this.timer =
        this.interval > 0 && this.head === 0 ? setTimeout(tick, this.interval).unref() : setImmediate(tick).unref();
    }
  }

  /** Handles items for the time of a slice; answers how many. */
  private slice(most: number): number {
    const until = performance.now() + SLICE.ms;
    let done = 0;
    while (done < most && done < SLICE.items && this.length > 0 && performance.now() < until) {
      const item = this.items[this.head++];
      done++;
      if (item !== undefined) {
        this.handle(item);
      }
    }
    if (this.length === 0) {
      this.items = [];
      this.head = 0;
      waiting.queues.delete(this);
    } else if (this.head > this.size / 2) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return done;
  }
}

function announce(queue: Flushable): void {
  waiting.queues.add(queue);
  if (!waiting.listening) {
    waiting.listening = true;
    process.on('beforeExit', () => {
      for (const each of waiting.queues) {
        void each.flush();
      }
    });
  }
}
