import { TagSet } from '../context/TagSet.js';
import { LABELS, METRICS } from '../floor/conventions.js';
import type { SplitCounterChild } from '../metrics/SplitCounterChild.js';
import type { SplitHistogramChild } from '../metrics/SplitHistogramChild.js';
import { ask } from './ask.js';
import type { LayerParts } from './LayerParts.js';
import type { MessageOptions, QueueOptions } from './options.js';
import { secondsSince } from '../floor/clock.js';
import { isThenable, settle } from '../floor/settle.js';

/** The messages of one queue: how long they wait, how long they take, how many are behind. */
export class QueueMetrics {
  private readonly messages: SplitCounterChild;
  private readonly waits: SplitHistogramChild;
  private readonly successes: SplitHistogramChild;
  private readonly errors: SplitHistogramChild;
  private readonly stop: () => void;

  constructor(
    private readonly parts: LayerParts,
    queue: string,
    options: QueueOptions = {}
  ) {
    const { split, durationBuckets } = parts;
    const own = { [LABELS.queue]: queue };
    const sent = split.counter({
      name: METRICS.queueSent,
      help: 'Messages put in queues',
      labelNames: [LABELS.queue],
      bounded: true,
    });
    const waits = split.histogram(
      {
        name: METRICS.queueWait,
        help: 'Time in seconds that messages lay in a queue before they were taken',
        labelNames: [LABELS.queue],
        bounded: true,
      },
      durationBuckets
    );
    const durations = split.histogram(
      {
        name: METRICS.queueProcessDuration,
        help: 'Time in seconds that the processing of messages took',
        labelNames: [LABELS.queue, LABELS.outcome],
        bounded: true,
      },
      durationBuckets
    );
    this.messages = sent.child(own);
    this.waits = waits.child(own);
    this.successes = durations.child({ ...own, [LABELS.outcome]: 'success' });
    this.errors = durations.child({ ...own, [LABELS.outcome]: 'error' });
    this.stop = ask(parts, [
      {
        name: METRICS.queueLag,
        help: 'Messages in queues that nobody has taken yet. Of the process, not of a variant',
        labels: own,
        value: options.lag,
      },
    ]);
  }

  /** Messages were put in the queue by the work under way. */
  sent(count = 1): void {
    this.messages.inc(count);
  }

  /**
   * Runs the processing of one message; what it answers or throws is passed on. It is a unit of work of its own unless
   * it runs in one: the flags that it evaluates count for its durations, its wait included.
   */
  process<T>(work: () => T, { sentAt }: MessageOptions = {}): T {
    const { context } = this.parts;
    const waited = secondsFrom(sentAt);
    const start = performance.now();
    const processed = (own?: TagSet) =>
      settle(
        work,
        (end) => {
          ('error' in end ? this.errors : this.successes).observe(secondsSince(start));
          // Only now it is known which flags the message met.
          if (waited !== undefined) {
            this.waits.observe(waited);
          }
          if (own !== undefined) {
            own.over = true;
          }
        },
        isThenable
      );
    // A consumer that a request began runs in its context for ever, and not in the request.
    if (context.current()?.over === false) {
      return processed();
    }
    const own = new TagSet();
    return context.run(own, () => processed(own));
  }

  /** Ends the gauge of the lag. */
  close(): void {
    this.stop();
  }
}

/** Undefined for a message that does not say when it was sent; clients of queues hand on null, whatever the type says. */
function secondsFrom(sentAt: Date | number | null | undefined): number | undefined {
  return sentAt === undefined || sentAt === null ? undefined : Math.max(Date.now() - Number(sentAt), 0) / 1000;
}
