import { LABELS, METRICS } from '../floor/conventions.js';
import { variantLabel } from '../labels/variantLabel.js';
import { ask } from './ask.js';
import type { LayerParts } from './LayerParts.js';

/** The one variant of a flag that this process serves. */
interface Declared {
  /** As the provider names it. */
  variant: string;
  labels: Record<string, string>;
  /** Ends the series. */
  stop: () => void;
}

/**
 * The info metric `feature_flag_instance_info`: flags of which this process serves one variant alone. What a process
 * measures of itself can be split by variant only there. A declaration that turns out wrong is taken back for good.
 */
export class InstanceInfo {
  /** By raw flag key. */
  private readonly declared = new Map<string, Declared>();

  constructor(
    private readonly parts: LayerParts,
    variants: Readonly<Record<string, string>>
  ) {
    for (const [key, variant] of Object.entries(variants)) {
      const flag = parts.labels.flag(key);
      const labels = { [LABELS.flag]: flag, [LABELS.variant]: parts.labels.variant(flag, variant) };
      const info = {
        name: METRICS.instanceInfo,
        help: 'Always 1: this process serves one variant of the flag alone, so that its own metrics are those of the variant',
        labels,
        // At each scrape, since prom-client drops the series of a gauge when the registry's metrics are reset.
        value: () => 1,
        // Not the number of a cluster's workers, which a join would multiply by.
        aggregator: 'max' as const,
      };
      this.declared.set(key, { variant: variantLabel({ value: variant }), labels, stop: ask(parts, [info]) });
    }
  }

  /** A flag was evaluated in this process. `variant` is called for declared flags alone. */
  served(flagKey: string, variant: () => string): void {
    const declared = this.declared.get(flagKey);
    if (declared === undefined) {
      return;
    }
    this.parts.host.run('InstanceInfo.served', () => {
      const seen = variant();
      if (seen !== declared.variant) {
        this.declared.delete(flagKey);
        declared.stop();
        this.parts.host.warn(
          `flaglens: this process was said to serve "${declared.variant}" of "${declared.labels[LABELS.flag] ?? ''}" alone, and served another variant; its own metrics are no longer taken for the variant's`
        );
      }
    });
  }
}
