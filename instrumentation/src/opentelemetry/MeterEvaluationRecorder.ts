import {
  ValueType,
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type UpDownCounter,
} from '@opentelemetry/api';
import { EVALUATION_BUCKETS } from '../floor/conventions.js';
import type { Dimension } from '../openfeature/acceptedDimensions.js';
import type { EvaluatedFlag, EvaluationRecorder, EvaluationResult } from '../openfeature/EvaluationRecorder.js';
import type { EvaluationNames } from '../openfeature/options.js';
import { INSTRUMENTS, REQUEST_INSTRUMENTS, RESULT_NAMES, type AttributeNames } from './evaluationNames.js';

/** Records evaluations with an OpenTelemetry meter. */
export class MeterEvaluationRecorder implements EvaluationRecorder {
  private readonly requests: readonly Counter[];
  private readonly successes: Counter;
  private readonly errors: Counter;
  private readonly underWay: UpDownCounter;
  private readonly durations: Histogram;

  constructor(
    meter: Meter,
    private readonly names: AttributeNames,
    private readonly dimensions: readonly Dimension[],
    private readonly written: EvaluationNames = 'proposal',
    buckets: readonly number[] = EVALUATION_BUCKETS
  ) {
    const counted = { unit: '{evaluation}', valueType: ValueType.INT };
    this.requests = REQUEST_INSTRUMENTS[written].map((name) =>
      meter.createCounter(name, { ...counted, description: 'Feature flag evaluations requested' })
    );
    this.successes = meter.createCounter(INSTRUMENTS.successes, {
      ...counted,
      description: 'Feature flag evaluations that succeeded, by variant and reason',
    });
    this.errors = meter.createCounter(INSTRUMENTS.errors, {
      ...counted,
      description: 'Feature flag evaluations that failed, by OpenFeature error code or else the class of the error',
    });
    this.underWay = meter.createUpDownCounter(INSTRUMENTS.active, {
      ...counted,
      description: 'Feature flag evaluations under way',
    });
    this.durations = meter.createHistogram(INSTRUMENTS.duration, {
      unit: 's',
      description: 'Time that feature flag evaluations took, hooks included, in seconds',
      // The default buckets go from 0 to 10000, whatever the unit.
      advice: { explicitBucketBoundaries: [...new Set(buckets)].sort((a, b) => a - b) },
    });
  }

  request(of: EvaluatedFlag, amount: number): void {
    for (const requests of this.requests) {
      requests.add(amount, this.attributesOf(of));
    }
  }

  success(of: EvaluatedFlag, result: EvaluationResult, amount: number): void {
    const attributes = this.attributesOf(of);
    attributes[this.names.variant] = result.variant;
    attributes[this.names.reason] = this.names.word(result.reason);
    if (this.written === 'both') {
      attributes[RESULT_NAMES.variant] = result.variant;
      attributes[RESULT_NAMES.reason] = result.reason;
    }
    this.dimensions.forEach(({ name }, i) => {
      const value = result.dimensions[i];
      if (value !== undefined && value !== '') {
        attributes[name] = value;
      }
    });
    this.successes.add(amount, attributes);
  }

  error(of: EvaluatedFlag, exception: string, amount: number): void {
    this.errors.add(amount, { ...this.attributesOf(of), [this.names.exception]: this.names.word(exception) });
  }

  active(of: EvaluatedFlag, change: number): void {
    this.underWay.add(change, this.attributesOf(of));
  }

  /** A histogram of OpenTelemetry has no way to begin at zero. */
  duration(of: EvaluatedFlag, seconds: number | undefined): void {
    if (seconds !== undefined) {
      this.durations.record(seconds, this.attributesOf(of));
    }
  }

  private attributesOf({ flag, provider }: EvaluatedFlag): Attributes {
    return { [this.names.flag]: flag, [this.names.provider]: provider };
  }
}
