import { LABELS, METRICS, NO_TARGET } from '../floor/conventions.js';
import type { SplitCounter } from '../metrics/SplitCounter.js';
import type { LayerParts } from './LayerParts.js';
import type { FailoverOptions } from './options.js';

/** Which of several targets served a call, and when the application turned from one to another. */
export class FailoverMetrics {
  private readonly requests: SplitCounter;
  private readonly switches: SplitCounter;

  constructor(
    private readonly parts: LayerParts,
    private readonly name: string,
    private readonly options: FailoverOptions
  ) {
    this.requests = parts.split.counter({
      name: METRICS.failoverRequests,
      help: 'Calls with more than one target, by the one that served them',
      labelNames: [LABELS.failover, LABELS.target, LABELS.outcome],
      bounded: true,
    });
    this.switches = parts.split.counter({
      name: METRICS.failoverSwitches,
      help: 'Times that a call turned from a target that failed to another',
      labelNames: [LABELS.failover, LABELS.from, LABELS.to],
      bounded: true,
    });
    const { targets } = options;
    for (const target of targets) {
      this.requests.zero(this.serving(target));
      for (const other of targets.filter((to) => to !== target)) {
        this.switches.zero(this.switching(target, other));
      }
    }
    this.requests.zero(this.exhausting());
  }

  /** A call was served by the target: as a fail-over unless it is the first one. */
  served(target: string): void {
    this.requests.inc(this.serving(this.known(target)));
  }

  /** A call turned from a target that failed to the next. */
  switched(from: string, to: string): void {
    this.switches.inc(this.switching(this.known(from), this.known(to)));
  }

  /** No target served the call. */
  exhausted(): void {
    this.requests.inc(this.exhausting());
  }

  private known(target: string): string {
    return this.parts.labels.known(LABELS.target, this.options.targets, target);
  }

  private serving(target: string) {
    const outcome = target === this.options.targets[0] ? 'primary' : 'failover';
    return { [LABELS.failover]: this.name, [LABELS.target]: target, [LABELS.outcome]: outcome };
  }

  private switching(from: string, to: string) {
    return { [LABELS.failover]: this.name, [LABELS.from]: from, [LABELS.to]: to };
  }

  private exhausting() {
    return { [LABELS.failover]: this.name, [LABELS.target]: NO_TARGET, [LABELS.outcome]: 'exhausted' };
  }
}
