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

/** Reads a metric's properties, whichever copy of prom-client 15 it comes from. Throws, with the reason, on all else. */
export function describeMetric(metric: unknown): DescribedMetric {
  const { type, name, help, labelNames, aggregator, upperBounds, enableExemplars } = Object(metric) as Partial<
    Record<string, unknown>
  >;
  if ((type !== 'histogram' && type !== 'counter') || typeof name !== 'string' || typeof help !== 'string') {
    throw new UsageError(`only histograms and counters of prom-client 15 can be split, and this is ${kindOf(metric)}`);
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

/** What it is, for the developer: the fixed words alone, since anything may be handed in. */
function kindOf(metric: unknown): string {
  if (typeof metric !== 'object' || metric === null) {
    return 'no metric';
  }
  const { type, name, help } = metric as Partial<Record<string, unknown>>;
  if (type === 'gauge' || type === 'summary') {
    return `a ${type}`;
  }
  return type === undefined && typeof name === 'string' && typeof help === 'string'
    ? 'a metric of another library, or of a prom-client of another major version'
    : 'a metric of another library';
}

const AGGREGATORS: readonly unknown[] = ['omit', 'sum', 'first', 'min', 'max', 'average'] satisfies Aggregator[];

function isAggregator(value: unknown): value is Aggregator {
  return AGGREGATORS.includes(value);
}
