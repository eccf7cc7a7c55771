import type { Tag } from '../context/Tag.js';
import { LABELS } from '../floor/conventions.js';
import type { Labels } from '../labels/Labels.js';
import type { SeriesGauge } from './SeriesGauge.js';

/**
 * A gauge that is set once untagged, and once for each flag, in its twin `feature_flag_<name>`. It does not start at zero:
 * a level that nobody has named is unknown.
 */
export class SplitGauge {
  constructor(
    private readonly plain: SeriesGauge | undefined,
    private readonly twin: SeriesGauge
  ) {}

  /** Sets a value in the metric's unit. Throws on labels that the metric does not have. */
  setFor(tags: readonly Tag[], labels: Labels, value: number): void {
    this.plain?.set(labels, value);
    for (const { flag, variant } of tags) {
      this.twin.set({ [LABELS.flag]: flag, [LABELS.variant]: variant, ...labels }, value);
    }
  }
}
