import type { FlagContext } from '../context/FlagContext.js';
import type { HostGuard } from '../floor/HostGuard.js';
import type { LabelGuard } from '../labels/LabelGuard.js';
import type { MetricFactory } from '../metrics/MetricFactory.js';
import type { Splitter } from '../metrics/Splitter.js';

/** What the layers are made of. */
export interface LayerParts {
  readonly split: Splitter;
  readonly metrics: MetricFactory;
  readonly labels: LabelGuard;
  readonly context: FlagContext;
  readonly host: HostGuard;
  /** Upper bounds in seconds of the layers' histograms. */
  readonly durationBuckets: readonly number[];
}
