import type { Gauge } from 'prom-client';
import { processWide } from '../floor/processWide.js';

type Collect = () => void | Promise<void>;

/** What is called for each gauge, from whichever instrumentation of its registry it comes. */
const collectors = processWide('collectors', () => new WeakMap<Gauge, Set<Collect>>());

/**
 * Has `collect`, which must neither throw nor reject, called at each scrape of the gauge, beside those that are called
 * already. @returns a function that ends it
 */
export function onScrape(gauge: Gauge, collect: Collect): () => void {
  let all = collectors.get(gauge);
  if (all === undefined) {
    const own = new Set<Collect>();
    all = own;
    collectors.set(gauge, own);
    Object.assign(gauge, { collect: () => collectAll(own) });
  }
  all.add(collect);
  return () => void all.delete(collect);
}

async function collectAll(all: ReadonlySet<Collect>): Promise<void> {
  await Promise.all([...all].map(async (collect) => collect()));
}
