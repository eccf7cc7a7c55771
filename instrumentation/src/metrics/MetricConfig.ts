import type { Aggregator } from 'prom-client';

/** What describes a metric. */
export interface MetricConfig {
  name: string;
  /** Help text, with the unit where there is one. */
  help: string;
  labelNames?: readonly string[];
  /** How prom-client's `AggregatorRegistry` joins the series of a cluster's workers; they are summed if absent. */
  aggregator?: Aggregator;
  /** What the developer can do where another has the name, as a sentence of the warning; to rename the other if absent. */
  remedy?: string;
  /** True for a name that other libraries have as well: who looks it up in the registry does not find this metric. */
  common?: boolean;
}
