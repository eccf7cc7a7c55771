import { Collection } from './context/Collection.js';
import { FlagContext } from './context/FlagContext.js';
import { LABELS, METRICS } from './conventions.js';
import { HostGuard } from './HostGuard.js';
import { LabelGuard } from './labels/LabelGuard.js';
import { MetricFactory } from './MetricFactory.js';
import type { CommonOptions } from './options.js';
import { quietly, warnProcess } from './warnings.js';

/** What the parts of one instrumentation have in common: the metrics' factory, the two guards, and the flags under way. */
export interface Shared {
  metrics: MetricFactory;
  labels: LabelGuard;
  /** The flags of the work under way. */
  context: FlagContext;
  /** Which flags the metrics are split by now. */
  collection: Collection;
  host: HostGuard;
}

/** Builds the common parts on a registry. */
export function createShared(options: CommonOptions): Shared {
  const onWarning = quietly(options.onWarning ?? warnProcess);
  const metrics = new MetricFactory(options.registry, onWarning);
  const failures = metrics.counter({
    name: METRICS.internalErrors,
    help: 'Failures inside the Flaglens instrumentation, kept away from the application',
    labelNames: [LABELS.site],
  });
  const folded = metrics.counter({
    name: METRICS.folded,
    help: 'Label values that a limit replaced by "other", by label',
    labelNames: [LABELS.label],
  });
  const labels = new LabelGuard(options.limits, folded);
  const host = new HostGuard(failures, onWarning);
  const collection = new Collection(options.collection, host);
  return { metrics, labels, context: new FlagContext(labels), collection, host };
}
