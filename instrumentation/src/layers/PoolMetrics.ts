import { LABELS, METRICS } from '../floor/conventions.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';
import { ask } from './ask.js';
import type { LayerParts } from './LayerParts.js';
import type { PoolOptions } from './options.js';
import { secondsSince } from '../floor/clock.js';
import { isThenable, settle } from '../floor/settle.js';

const OUTCOMES = ['acquired', 'timeout', 'error'] as const;

/** How a wait for a connection ended. */
export type PoolOutcome = (typeof OUTCOMES)[number];

/** The health of one connection pool. All variants share a pool: its gauges are the process's, the waits are split. */
export class PoolMetrics {
  private readonly waits: SplitHistogram;
  private readonly isTimeout: (error: unknown) => boolean;
  private readonly stop: () => void;

  constructor(
    private readonly parts: LayerParts,
    private readonly pool: string,
    options: PoolOptions = {}
  ) {
    this.waits = parts.split.histogram(
      {
        name: METRICS.poolAcquireDuration,
        help: 'Time in seconds that work waited for a connection of a pool',
        labelNames: [LABELS.pool, LABELS.outcome],
        bounded: true,
      },
      parts.durationBuckets
    );
    for (const outcome of OUTCOMES) {
      this.waits.zero(this.labelsOf(outcome));
    }
    this.isTimeout = options.isTimeout ?? looksLikeTimeout;
    const { size, idle, waiting, max } = options;
    const own = { [LABELS.pool]: pool };
    const connections = {
      name: METRICS.poolConnections,
      help: 'Open connections of pools. Of the process, not of a variant',
    };
    this.stop = ask(parts, [
      { ...connections, labels: { ...own, [LABELS.state]: 'idle' }, value: idle },
      {
        ...connections,
        labels: { ...own, [LABELS.state]: 'used' },
        value: size === undefined || idle === undefined ? undefined : () => size() - idle(),
      },
      {
        name: METRICS.poolMaxConnections,
        help: 'The most connections that a pool opens',
        labels: own,
        value: max,
      },
      {
        name: METRICS.poolWaiting,
        help: 'Calls that wait for a connection of a pool. Of the process, not of a variant',
        labels: own,
        value: waiting,
      },
    ]);
  }

  /** Runs what gets a connection, and times it; what it answers or throws is passed on. */
  acquire<T>(work: () => T): T {
    const start = performance.now();
    return settle(
      work,
      (end) => {
        this.parts.host.run('PoolMetrics.acquire', () => {
          const seconds = secondsSince(start);
          const timeout = 'error' in end && this.parts.host.run('PoolMetrics.acquire', () => this.isTimeout(end.error));
          this.record('value' in end ? 'acquired' : timeout === true ? 'timeout' : 'error', seconds);
        });
      },
      isThenable
    );
  }

  /** A wait that is over. */
  record(outcome: PoolOutcome, seconds: number): void {
    this.waits.observe(this.labelsOf(outcome), seconds);
  }

  /** Ends the gauges of a pool that is closed. */
  close(): void {
    this.stop();
  }

  private labelsOf(outcome: PoolOutcome) {
    return { [LABELS.pool]: this.pool, [LABELS.outcome]: outcome };
  }
}

/** By what pg-pool, generic-pool, knex, mysql2 and undici say. */
function looksLikeTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /timeout/i.test(`${error.name} ${error.constructor.name}`) ||
    /TIMEDOUT|TIMEOUT/.test(code) ||
    /time[d -]?\s?out/i.test(error.message)
  );
}
