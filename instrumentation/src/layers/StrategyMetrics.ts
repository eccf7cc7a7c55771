import { LABELS, METRICS, OUTCOMES } from '../floor/conventions.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';
import type { LayerParts } from './LayerParts.js';
import type { StrategyOptions } from './options.js';
import { secondsSince } from '../floor/clock.js';
import { isThenable, settle } from '../floor/settle.js';

/** How the strategies do among which a decision chooses, usually by a flag: how often, how long, with what success. */
export class StrategyMetrics {
  private readonly durations: SplitHistogram;

  constructor(
    private readonly parts: LayerParts,
    private readonly decision: string,
    private readonly options: StrategyOptions
  ) {
    this.durations = parts.split.histogram(
      {
        name: METRICS.strategyDuration,
        help: 'Duration in seconds of strategies that a decision chose among',
        labelNames: [LABELS.decision, LABELS.strategy, LABELS.outcome],
        bounded: true,
      },
      parts.durationBuckets
    );
    for (const strategy of options.strategies) {
      for (const outcome of OUTCOMES) {
        this.durations.zero(this.labelsOf(strategy, outcome));
      }
    }
  }

  /** Runs the chosen strategy; what it answers or throws is passed on. */
  run<T>(strategy: string, work: () => T): T {
    const start = performance.now();
    return settle(work, (end) => this.record(strategy, secondsSince(start), !('error' in end)), isThenable);
  }

  /** A strategy that is over. */
  record(strategy: string, seconds: number, succeeded: boolean): void {
    this.parts.host.run('StrategyMetrics.record', () => {
      const known = this.parts.labels.known(LABELS.strategy, this.options.strategies, strategy);
      this.durations.observe(this.labelsOf(known, succeeded ? 'success' : 'error'), seconds);
    });
  }

  private labelsOf(strategy: string, outcome: string) {
    return { [LABELS.decision]: this.decision, [LABELS.strategy]: strategy, [LABELS.outcome]: outcome };
  }
}
