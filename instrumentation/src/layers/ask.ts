import { types } from 'node:util';
import type { Aggregator } from 'prom-client';
import { onScrape } from '../metrics/onScrape.js';
import type { LayerParts } from './LayerParts.js';

/** A number that is asked for at each scrape. */
export interface Asked {
  name: string;
  help: string;
  labels: Readonly<Record<string, string>>;
  /** No series if absent. */
  value: (() => number) | undefined;
  /** How a cluster's workers are joined; summed if absent. */
  aggregator?: Aggregator;
}

/**
 * Exposes gauges whose values are asked for at each scrape. One that throws or answers no finite number has no series
 * at that scrape, since its last value would look as if it still held. @returns a function that ends them
 */
export function ask(parts: LayerParts, all: readonly Asked[]): () => void {
  const ends = all.map((asked) => parts.host.run('layers.ask', () => askOne(parts, asked)));
  return () => ends.forEach((end) => end?.());
}

function askOne(
  { metrics, host }: LayerParts,
  { name, help, labels, value, aggregator }: Asked
): (() => void) | undefined {
  if (value === undefined) {
    return undefined;
  }
  const gauge = metrics.gauge({ name, help, labelNames: Object.keys(labels), aggregator });
  const end = onScrape(gauge, () => {
    const answer: unknown = host.run('layers.ask', value);
    if (types.isPromise(answer)) {
      host.warn(`flaglens: "${name}" is asked for a number and was answered a promise; it is not shown`);
      // Nobody else handles what it may reject with, and that would end the process.
      answer.catch((error: unknown) => host.failed('layers.ask', error));
    }
    host.run('layers.ask', () => {
      if (typeof answer === 'number' && Number.isFinite(answer)) {
        gauge.set(labels, answer);
      } else {
        gauge.remove(labels);
      }
    });
  });
  return () => {
    end();
    host.run('layers.ask', () => gauge.remove(labels));
  };
}
