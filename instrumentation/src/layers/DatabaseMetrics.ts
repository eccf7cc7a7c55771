import { LABELS, METRICS, OUTCOMES } from '../floor/conventions.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';
import type { LayerParts } from './LayerParts.js';
import type { DatabaseOptions } from './options.js';
import { secondsSince } from '../floor/clock.js';
import { isThenable, settle } from '../floor/settle.js';

/** Durations and failures of the operations on one database. */
export class DatabaseMetrics {
  private readonly durations: SplitHistogram;

  constructor(
    private readonly parts: LayerParts,
    private readonly database: string,
    private readonly options: DatabaseOptions
  ) {
    this.durations = parts.split.histogram(
      {
        name: METRICS.databaseDuration,
        help: 'Duration of database operations in seconds',
        labelNames: [LABELS.database, LABELS.operation, LABELS.outcome],
        bounded: true,
      },
      parts.durationBuckets
    );
    for (const operation of options.operations) {
      for (const outcome of OUTCOMES) {
        this.durations.zero(this.labelsOf(operation, outcome));
      }
    }
  }

  /** Runs an operation; what it answers or throws is passed on. */
  run<T>(operation: string, work: () => T): T {
    const start = performance.now();
    return settle(work, (end) => this.record(operation, secondsSince(start), !('error' in end)), isThenable);
  }

  /** An operation that is over. */
  record(operation: string, seconds: number, succeeded: boolean): void {
    this.parts.host.run('DatabaseMetrics.record', () => {
      const known = this.parts.labels.known(LABELS.operation, this.options.operations, operation);
      this.durations.observe(this.labelsOf(known, succeeded ? 'success' : 'error'), seconds);
    });
  }

  private labelsOf(operation: string, outcome: string) {
    return { [LABELS.database]: this.database, [LABELS.operation]: operation, [LABELS.outcome]: outcome };
  }
}
