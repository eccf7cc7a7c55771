import { UsageError } from '../privacy/UsageError.js';
import type { Aggregator } from 'prom-client';

/** What a metric of prom-client's says of itself. Its types leave these properties out. */
export interface DescribedMetric {
  type: 'histogram' | 'counter';
  name: string;
  help: string;
  labelNames: readonly string[];
  aggregator: Aggregator;
  /** Upper bounds; empty for counters. */
  buckets: readonly number[];
  /** Whether it was made with `enableExemplars`, and so takes its values in another form. */
  exemplars: boolean;
}

/** Reads a metric's properties, whichever copy of prom-client it comes from. Throws if it is no histogram or counter. */
export function describeMetric(metric: object): DescribedMetric {
  const { type, name, help, labelNames, aggregator, upperBounds, enableExemplars } = metric as Partial<
    Record<string, unknown>
  >;
  if ((type !== 'histogram' && type !== 'counter') || typeof name !== 'string' || typeof help !== 'string') {
    throw new UsageError('only histograms and counters of prom-client can be split');
  }
  return {
    type,
    name,
    help,
    labelNames: Array.isArray(labelNames) ? labelNames.map(String) : [],
    aggregator: isAggregator(aggregator) ? aggregator : 'sum',
    buckets: Array.isArray(upperBounds) ? upperBounds.map(Number) : [],
    exemplars: enableExemplars === true,
  };
}

const AGGREGATORS: readonly unknown[] = ['omit', 'sum', 'first', 'min', 'max', 'average'] satisfies Aggregator[];

function isAggregator(value: unknown): value is Aggregator {
  return AGGREGATORS.includes(value);
}
