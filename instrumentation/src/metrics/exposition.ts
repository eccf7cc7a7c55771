import type { Aggregator, Metric, Registry } from 'prom-client';
import { UsageError } from '../privacy/UsageError.js';
import type { Exemplar } from './Exemplar.js';
import type { Labels } from '../labels/Labels.js';

/** One line of a metric, as prom-client's registry formats it. `sharedLabels` are formatted once and kept by identity. */
export interface ExposedValue {
  value: number;
  labels: Labels;
  sharedLabels?: Labels;
  metricName?: string;
  exemplar?: Exemplar | null;
}

/** What prom-client's registry asks a metric for. */
export interface Exposed {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  values: ExposedValue[];
  aggregator: Aggregator;
}

/** A metric of this library's own, as far as prom-client's registry is concerned. */
export interface ExposedMetric {
  name: string;
  readonly help: string;
  readonly type: Exposed['type'];
  readonly aggregator: Aggregator;
  /** For `getMetricsAsJSON`, which a cluster's workers send to their primary: every label is in `labels`. */
  get(): Promise<Exposed>;
  /** For `metrics()`. */
  getForPromString(): Promise<Exposed>;
  /** Sets every series to zero. None is dropped: a series that is gone would be born with its next increment. */
  reset(): void;
}

/** Registers a metric that is not one of prom-client's classes. Throws if the name is taken. */
export function register(registry: Registry, metric: ExposedMetric): void {
  // The registry needs no more than ExposedMetric of a metric; its type names its own four classes all the same.
  registry.registerMetric(metric as unknown as Metric);
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether Prometheus takes this as the name of a metric. */
export function isMetricName(name: unknown): name is string {
  return typeof name === 'string' && METRIC_NAME.test(name);
}

/** Throws on a name that would make a scrape fail as a whole. */
export function checkNames(name: string, labelNames: readonly string[], reserved: readonly string[] = []): void {
  if (!METRIC_NAME.test(name)) {
    throw new UsageError(`"${name}" is not a valid metric name`);
  }
  for (const [index, label] of labelNames.entries()) {
    if (!LABEL_NAME.test(label) || label.startsWith('__') || reserved.includes(label)) {
      throw new UsageError(`"${label}" is not a valid label name for ${name}`);
    }
    if (labelNames.indexOf(label) !== index) {
      throw new UsageError(`${name} has the label "${label}" twice`);
    }
  }
}

/** A copy with only the given label names, as strings or numbers, in the order that the caller gave them. */
export function ownLabels(labels: Labels, labelNames: readonly string[]): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(labels)) {
    if (value === undefined) {
      continue;
    }
    if (!labelNames.includes(name)) {
      throw new UsageError(`the label "${name}" is not among ${labelNames.join(', ')}`);
    }
    kept[name] = value;
  }
  return kept;
}
