import { LABELS } from '../floor/conventions.js';
import type { CommonOptions } from '../common/options.js';
import type { EvaluationOptions } from './options.js';
import { createShared, type Shared } from '../common/Shared.js';
import { acceptedDimensions } from './acceptedDimensions.js';
import { EvaluationStages } from './EvaluationStages.js';
import { readEvaluationNames } from './readEvaluationNames.js';
import { PromEvaluationRecorder, resultLabels } from './PromEvaluationRecorder.js';

/** OpenFeature's metrics hook on prom-client. */
export class MetricsHook extends EvaluationStages {
  /** What hooks that count in one place have in common. */
  readonly place: object;

  /** `shared` lets several parts of one instrumentation have the same limits; the options' own if absent. */
  constructor(options: CommonOptions & EvaluationOptions, shared: Shared = createShared(options)) {
    const { metrics, labels, host } = shared;
    const names = readEvaluationNames(options.evaluationNames, (message) => host.warn(message));
    const own = [LABELS.flag, LABELS.provider, ...resultLabels(names)];
    const dimensions = acceptedDimensions(options.dimensions ?? {}, own, (message) => host.warn(message));
    const recorder = new PromEvaluationRecorder(metrics, dimensions, names, options.evaluationBuckets);
    super(options, { name: 'MetricsHook', recorder, dimensions, labels, host, target: recorder.place });
    this.place = recorder.place;
  }
}
