import { LABELS } from '../floor/conventions.js';
import type { MetricConfig } from './MetricConfig.js';

/** How an existing metric is split. */
export interface SplitOptions {
  /** Name of the split metric; `feature_flag_` and the metric's own name if absent. Counters' names end in `_total`. */
  name?: string;
  /** Its help text; made from the metric's own if absent. */
  help?: string;
  /** Keys of the registered flags whose series start at zero with each set of labels; all of them if absent. */
  flags?: readonly string[];
}

/** A metric of this library's own that is made together with its twin, split by flag. */
export interface SplitConfig extends MetricConfig {
  /** Of the twin. */
  split?: SplitOptions;
  /**
   * True if the label values come from a closed set or have been through the label guard already; they are brought
   * within `limits.labelValues` if absent.
   */
  bounded?: boolean;
  /** False if the metric itself is left out, so that there is the twin alone. */
  untagged?: boolean;
  /** True if the caller starts the twin's series at zero himself; each set of labels starts with all flags if absent. */
  startedByCaller?: boolean;
}

/** The twin of a metric: its labels after those of the flag. */
export function twinConfig(plain: MetricConfig, options: SplitOptions): MetricConfig {
  const help = `${plain.help.replace(/\.$/, '')}, once for each flag that the work evaluated: never sum across flags`;
  return {
    name: options.name ?? `feature_flag_${plain.name}`,
    help: options.help ?? help,
    labelNames: [LABELS.flag, LABELS.variant, ...(plain.labelNames ?? [])],
    aggregator: plain.aggregator,
  };
}
