import { collectDefaultMetrics, Registry, type Metric } from 'prom-client';
import { claim, lookUp } from '../metrics/claims.js';

/** What is looked at of prom-client's metrics. Its types leave these out. */
interface Collected {
  name: string;
  collect?: unknown;
}

/**
 * Registers prom-client's metrics of the process; does nothing where the registry has them already. Whoever registers
 * one of their names later gets it. Throws what the registry throws.
 *
 * @param warn gets which metrics another has; each message may come several times
 */
export function registerProcessMetrics(registry: Registry, warn: (message: string) => void): void {
  if (lookUp(registry, 'process_cpu_seconds_total') !== undefined) {
    return;
  }
  // In a registry of their own first: prom-client would throw in the midst of them where one name is taken.
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  const metrics = own.getMetricsAsArray() as unknown as Collected[];
  for (const group of groupsOf(metrics)) {
    const names = group.map(({ name }) => name);
    const taken = names.find((name) => lookUp(registry, name) !== undefined);
    if (taken !== undefined) {
      warn(
        `flaglens: the registry has a metric "${taken}" of the application's own; layers.process() leaves out ${names.join(', ')}`
      );
      continue;
    }
    for (const metric of group) {
      claim(metric, { names, unlisted: false, lost: () => warn(REPLACED) });
      registry.registerMetric(metric as unknown as Metric);
    }
  }
}

const REPLACED =
  'flaglens: metrics of the process that layers.process() had registered were registered by another; they are the ' +
  "other's now. Call layers.process() after it, or not at all.";

/** prom-client's metrics with those whose values come by the `collect` of another, which says nothing without them. */
function groupsOf(metrics: readonly Collected[]): Collected[][] {
  const groups: Collected[][] = [];
  for (const metric of metrics) {
    const last = groups.at(-1);
    if (last === undefined || typeof metric.collect === 'function') {
      groups.push([metric]);
    } else {
      // In the order in which prom-client makes them, those without a `collect` follow the one that has it.
      last.push(metric);
    }
  }
  return groups;
}
