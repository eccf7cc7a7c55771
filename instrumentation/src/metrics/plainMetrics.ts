import type { Counter, Histogram } from 'prom-client';
import type { DescribedMetric } from './describeMetric.js';
import { ownLabels } from './exposition.js';
import type { Labels } from '../labels/Labels.js';
import type { PlainCounterChild } from './SplitCounterChild.js';
import type { PlainHistogramChild } from './SplitHistogramChild.js';

/** The application's own histogram with these labels, observed as the application itself would. */
export function plainHistogram(
  original: Histogram,
  { labelNames, exemplars }: DescribedMetric,
  raw: Labels
): PlainHistogramChild {
  // A copy: prom-client keeps the object, and the caller may go on with it.
  const labels = ownLabels(raw, labelNames);
  if (exemplars) {
    return {
      add: (_bucket, value, exemplar) => original.observe({ labels, value, exemplarLabels: exemplar?.labelSet }),
    };
  }
  const child = original.labels(labels);
  return { add: (_bucket, value) => child.observe(value) };
}

/** The application's own counter with these labels, counted as the application itself would. */
export function plainCounter(
  original: Counter,
  { labelNames, exemplars }: DescribedMetric,
  raw: Labels
): PlainCounterChild {
  const labels = ownLabels(raw, labelNames);
  if (exemplars) {
    return { add: (value) => original.inc({ labels, value }) };
  }
  const child = original.labels(labels);
  return { add: (value) => child.inc(value) };
}
