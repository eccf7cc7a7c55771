import type { Aggregator } from 'prom-client';

/** What describes a metric. */
export interface MetricConfig {
  name: string;
  /** Help text, with the unit where there is one. */
  help: string;
  labelNames?: readonly string[];
  /** How prom-client's `AggregatorRegistry` joins the series of a cluster's workers; they are summed if absent. */
  aggregator?: Aggregator;
}

/** Label values by label name. A label that is absent or undefined is left out of the series. */
export type Labels = Readonly<Record<string, string | number | undefined>>;
