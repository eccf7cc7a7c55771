import { createNoopMeter, metrics, type Meter } from '@opentelemetry/api';
import { HostGuard, type Tally } from '../floor/HostGuard.js';
import { LabelGuard } from '../labels/LabelGuard.js';
import type { SeriesTally } from '../labels/Tally.js';
import { describeFailure } from '../privacy/describeFailure.js';
import { acceptedDimensions } from '../openfeature/acceptedDimensions.js';
import { EvaluationStages } from '../openfeature/EvaluationStages.js';
import type { EvaluationOptions } from '../openfeature/options.js';
import type { Limits } from '../labels/options.js';
import { quietly, warnProcess } from '../floor/warnings.js';
import { readEvaluationNames } from '../openfeature/readEvaluationNames.js';
import { NAMINGS, RESULT_NAMES, type Naming } from './evaluationNames.js';
import { MeterEvaluationRecorder } from './MeterEvaluationRecorder.js';
import { SCOPE } from './names.js';

/** Options of {@link OpenTelemetryMetricsHook}. `dimensions` maps names of attributes to keys of the flag's metadata. */
export interface OpenTelemetryMetricsOptions extends EvaluationOptions {
  /** Where the instruments are made; one of the global MeterProvider, which must be set up by then, if absent. */
  meter?: Meter;
  /**
   * Names of the attributes, where they are not to be those of `evaluationNames`: those of the OpenFeature proposal if absent (`feature_flag.provider_name`,
   * `feature_flag.variant`, `reason`, `exception`), or those of OpenTelemetry's current semantic conventions
   * (`feature_flag.provider.name`, `feature_flag.result.variant`, `feature_flag.result.reason`, `error.type`).
   */
  attributeNames?: Naming;
  limits?: Limits;
  /** Called for misuse; `process.emitWarning` if absent. */
  onWarning?: (message: string) => void;
}

/**
 * OpenFeature's metrics hook on an OpenTelemetry Meter, for services whose metrics are OpenTelemetry's. Its stages, names
 * and limits are those of `MetricsHook`; in Prometheus its series have the same names. Neither the value nor the targeting
 * key is ever an attribute.
 */
export class OpenTelemetryMetricsHook extends EvaluationStages {
  constructor(options: OpenTelemetryMetricsOptions = {}) {
    const warn = quietly(options.onWarning ?? warnProcess);
    const meter = options.meter ?? metrics.getMeter(SCOPE);
    if (meter.constructor === createNoopMeter().constructor) {
      warn(
        'flaglens: no OpenTelemetry MeterProvider is set up, so evaluations are not counted; set it up before the hook'
      );
    }
    const failures = tally(
      meter,
      'flaglens.internal_errors',
      'Failures inside the Flaglens instrumentation, kept away from the application'
    );
    const host = new HostGuard({ failures, onWarning: warn, describe: describeFailure });
    const labels = new LabelGuard(
      options.limits,
      tally(meter, 'flaglens.folded', 'Attribute values that a limit replaced by "other", by attribute'),
      {
        tally: tally(
          meter,
          'flaglens.shortened',
          'Attribute values that became their beginning and a hash, by attribute'
        ),
        onWarning: warn,
      }
    );
    const written = readEvaluationNames(options.evaluationNames, warn);
    const names = NAMINGS[options.attributeNames ?? (written === 'official' ? 'official' : 'proposal')];
    const own = [names.flag, names.provider, names.variant, names.reason];
    if (written === 'both') {
      own.push(RESULT_NAMES.variant, RESULT_NAMES.reason);
    }
    const dimensions = acceptedDimensions(options.dimensions ?? {}, own, warn, true);
    const recorder = new MeterEvaluationRecorder(meter, names, dimensions, written, options.evaluationBuckets);
    super(options, { name: 'OpenTelemetryMetricsHook', recorder, dimensions, labels, host, target: meter });
  }
}

/** A counter of the library's own on the meter. */
function tally(meter: Meter, name: string, description: string): Tally & SeriesTally {
  const counter = meter.createCounter(name, { description });
  return {
    inc: (labels, amount = 1) => counter.add(amount, labels),
    series: (labels) => {
      counter.add(0, labels);
      return { add: (amount) => counter.add(amount, labels) };
    },
  };
}
