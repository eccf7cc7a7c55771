import { EVALUATION_BUCKETS, LABELS, METRICS } from '../floor/conventions.js';
import type { MetricFactory } from '../metrics/MetricFactory.js';
import type { SeriesCounter } from '../metrics/SeriesCounter.js';
import type { SeriesGauge } from '../metrics/SeriesGauge.js';
import type { SeriesHistogram } from '../metrics/SeriesHistogram.js';
import type { Dimension } from './acceptedDimensions.js';
import type { EvaluationNames } from './options.js';
import type { EvaluatedFlag, EvaluationRecorder, EvaluationResult } from './EvaluationRecorder.js';

/** The names of the counter of requests. */
const REQUESTS: Readonly<Record<EvaluationNames, readonly string[]>> = {
  proposal: [METRICS.evaluationRequests],
  official: [METRICS.evaluationRequestsOfficial],
  both: [METRICS.evaluationRequests, METRICS.evaluationRequestsOfficial],
};

/** The labels of a success that tell what was served, and why. */
export function resultLabels(names: EvaluationNames): string[] {
  return [
    ...(names === 'official' ? [] : [LABELS.variant, LABELS.reason]),
    ...(names === 'proposal' ? [] : [LABELS.resultVariant, LABELS.resultReason]),
  ];
}

/** Records evaluations in a prom-client registry. */
export class PromEvaluationRecorder implements EvaluationRecorder {
  /** What tells recorders that count in one place from others: one metric, which is another after a `clear` of the registry. */
  readonly place: object;
  private readonly requests: readonly SeriesCounter[];
  private readonly successes: SeriesCounter;
  private readonly errors: SeriesCounter;
  private readonly underWay: SeriesGauge;
  private readonly durations: SeriesHistogram;

  constructor(
    private readonly metrics: MetricFactory,
    private readonly dimensions: readonly Dimension[],
    private readonly names: EvaluationNames = 'proposal',
    buckets: readonly number[] = EVALUATION_BUCKETS
  ) {
    const flagLabels = [LABELS.flag, LABELS.provider];
    this.requests = REQUESTS[names].map((name) =>
      metrics.seriesCounter({ name, help: 'Feature flag evaluations requested', labelNames: flagLabels })
    );
    this.place = this.requests[0] ?? this;
    this.successes = metrics.seriesCounter({
      name: METRICS.evaluationSuccesses,
      help: 'Feature flag evaluations that succeeded, by variant and reason',
      labelNames: [...flagLabels, ...resultLabels(names), ...dimensions.map(({ name }) => name)],
    });
    this.errors = metrics.seriesCounter({
      name: METRICS.evaluationErrors,
      help: 'Feature flag evaluations that failed, by OpenFeature error code or else the class of the error',
      labelNames: [...flagLabels, LABELS.exception],
    });
    this.underWay = metrics.seriesGauge({
      name: METRICS.evaluationActive,
      help: 'Feature flag evaluations under way',
      labelNames: flagLabels,
    });
    this.durations = metrics.histogram(
      {
        name: METRICS.evaluationDuration,
        help: 'Time that feature flag evaluations took, hooks included, in seconds',
        labelNames: flagLabels,
      },
      buckets
    );
  }

  request(of: EvaluatedFlag, amount: number): void {
    this.metrics.restore();
    for (const requests of this.requests) {
      requests.inc(labelsOf(of), amount);
    }
  }

  success(of: EvaluatedFlag, result: EvaluationResult, amount: number): void {
    const labels: Record<string, string> = labelsOf(of);
    if (this.names !== 'official') {
      labels[LABELS.variant] = result.variant;
      labels[LABELS.reason] = result.reason;
    }
    if (this.names !== 'proposal') {
      labels[LABELS.resultVariant] = result.variant;
      labels[LABELS.resultReason] = result.reason;
    }
    // An empty value is a label that Prometheus leaves out: this flag does not have the dimension.
    this.dimensions.forEach(({ name }, i) => (labels[name] = result.dimensions[i] ?? ''));
    this.successes.inc(labels, amount);
  }

  error(of: EvaluatedFlag, exception: string, amount: number): void {
    this.errors.inc({ ...labelsOf(of), [LABELS.exception]: exception }, amount);
  }

  active(of: EvaluatedFlag, change: number): void {
    this.underWay.inc(labelsOf(of), change);
  }

  duration(of: EvaluatedFlag, seconds: number | undefined): void {
    if (seconds === undefined) {
      this.durations.zero(labelsOf(of));
    } else {
      this.durations.observe(labelsOf(of), seconds);
    }
  }
}

function labelsOf({ flag, provider }: EvaluatedFlag): Record<string, string> {
  return { [LABELS.flag]: flag, [LABELS.provider]: provider };
}
