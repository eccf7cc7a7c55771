import { LABELS, METRICS } from '../floor/conventions.js';
import type { SplitCounterChild } from '../metrics/SplitCounterChild.js';
import type { LayerParts } from './LayerParts.js';
import { isThenable, settle } from '../floor/settle.js';

/** The counters of one retried operation. */
interface RetryCounters {
  succeeded: SplitCounterChild;
  failed: SplitCounterChild;
  firstAttempt: SplitCounterChild;
  retried: SplitCounterChild;
  exhausted: SplitCounterChild;
}

/** Attempts of an operation that the application repeats when it fails. It records the application's own loop. */
export class RetryMetrics {
  private readonly counters: RetryCounters;

  constructor(parts: LayerParts, operation: string) {
    const attempts = parts.split.counter({
      name: METRICS.retryAttempts,
      help: 'Attempts of operations that are repeated when they fail',
      labelNames: [LABELS.operation, LABELS.outcome],
      bounded: true,
    });
    const operations = parts.split.counter({
      name: METRICS.retryOperations,
      help: 'Operations that are repeated when they fail, by whether they needed it',
      labelNames: [LABELS.operation, LABELS.outcome],
      bounded: true,
    });
    const labels = (outcome: string) => ({ [LABELS.operation]: operation, [LABELS.outcome]: outcome });
    this.counters = {
      succeeded: attempts.child(labels('success')),
      failed: attempts.child(labels('error')),
      firstAttempt: operations.child(labels('first_attempt')),
      retried: operations.child(labels('retried')),
      exhausted: operations.child(labels('exhausted')),
    };
  }

  /** An operation that begins now. It is counted when an attempt succeeds or `gaveUp` is called. */
  begin(): RetryRecord {
    return new RetryRecord(this.counters);
  }

  /** An operation that is over, for retry libraries that say only how many attempts there were. */
  finished({ attempts, succeeded }: { attempts: number; succeeded: boolean }): void {
    const record = this.begin();
    const failures = succeeded ? attempts - 1 : attempts;
    record.failed(Math.max(failures, 0));
    if (succeeded) {
      record.succeeded();
    } else {
      record.gaveUp();
    }
  }
}

/** One operation with its attempts. */
export class RetryRecord {
  private failures = 0;
  private over = false;

  constructor(private readonly counters: RetryCounters) {}

  /** Runs one attempt and notes how it ended; what it answers or throws is passed on. */
  attempt<T>(work: () => T): T {
    return settle(
      work,
      (end) => {
        if ('error' in end) {
          this.failed();
        } else {
          this.succeeded();
        }
      },
      isThenable
    );
  }

  /** Attempts failed. */
  failed(count = 1): void {
    this.failures += count;
    this.counters.failed.inc(count);
  }

  /** The last attempt succeeded: the operation is over. */
  succeeded(): void {
    this.counters.succeeded.inc();
    this.end(this.failures === 0 ? this.counters.firstAttempt : this.counters.retried);
  }

  /** There will be no further attempt: the operation is over, and has failed. */
  gaveUp(): void {
    this.end(this.counters.exhausted);
  }

  private end(outcome: SplitCounterChild): void {
    if (!this.over) {
      this.over = true;
      outcome.inc();
    }
  }
}
