import { Collection } from '../context/Collection.js';
import { FlagContext } from '../context/FlagContext.js';
import { RegisteredFlags } from '../context/RegisteredFlags.js';
import { LABELS, METRICS } from '../floor/conventions.js';
import { HostGuard } from '../floor/HostGuard.js';
import { LabelGuard } from '../labels/LabelGuard.js';
import { exemplarOf, type Exemplar } from '../metrics/Exemplar.js';
import { MetricFactory } from '../metrics/MetricFactory.js';
import { SeriesBudget } from '../metrics/SeriesBudget.js';
import { Splitter } from '../metrics/Splitter.js';
import type { CommonOptions } from './options.js';
import { describeFailure } from '../privacy/describeFailure.js';
import { quietly, warnProcess } from '../floor/warnings.js';

/** What the parts of one instrumentation have in common: the metrics' factory, the two guards, and the flags under way. */
export interface Shared {
  /** What tells instrumentations of one registry from others. */
  registry: object;
  metrics: MetricFactory;
  labels: LabelGuard;
  /** The flags of the work under way. */
  context: FlagContext;
  /** Which flags the metrics are split by now. */
  collection: Collection;
  /** The flags that are registered, whose series start at zero. */
  flags: RegisteredFlags;
  /** Metrics that are split by flag. */
  split: Splitter;
  /** How many series start at zero ahead of traffic. */
  budget: SeriesBudget;
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
  const folded = metrics.seriesCounter({
    name: METRICS.folded,
    help: 'Label values that a limit replaced by "other", by label',
    labelNames: [LABELS.label],
  });
  const shortened = metrics.seriesCounter({
    name: METRICS.shortened,
    help: 'Label values that were too long and became their beginning and a hash, by label; each value counts once',
    labelNames: [LABELS.label],
  });
  const labels = new LabelGuard(options.limits, folded, { tally: shortened, onWarning });
  const host = new HostGuard({ failures, onWarning, describe: describeFailure });
  const collection = new Collection(options.collection, host);
  const context = new FlagContext(labels, options.registry);
  const flags = new RegisteredFlags(labels, context, collection);
  const budget = new SeriesBudget(labels.limits.initialisedSeries, onWarning);
  const exemplar = exemplarSource(options, host);
  const split = new Splitter(metrics, { metrics, context, flags, labels, budget, host, exemplar });
  return { registry: options.registry, metrics, labels, context, collection, flags, split, budget, host };
}

/** The source of exemplars that the options name, kept from throwing. */
function exemplarSource(
  { exemplar, tracing }: CommonOptions,
  host: HostGuard
): ((value: number) => Exemplar | undefined) | undefined {
  const source = exemplar ?? tracing?.exemplar?.bind(tracing);
  return source && ((value) => host.run('exemplar', () => exemplarOf(source(), value)));
}
