/** One worker of a cluster: records a known amount of work, and lets its primary ask for its metrics. */
import { createInstrumentation } from '@flaglens/instrumentation';
import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';

const number = Number(process.env.WORKER_NUMBER);

const registry = new Registry();
// A worker answers its primary once it has one of these, of whatever is set here.
export const answering = new AggregatorRegistry();
AggregatorRegistry.setRegistries(registry);

const { requests, split, allocation } = createInstrumentation({
  registry,
  flags: [{ key: 'search', variants: ['a', 'b'] }],
  providerName: 'in-memory',
  layers: { instance: { release: 'canary' } },
});
allocation.set('search', { a: 0.75, b: 0.25 });
const rows = split(new Counter({ name: 'rows_total', help: 'Rows', labelNames: ['table'], registers: [registry] }));
const queries = split(new Histogram({ name: 'query_seconds', help: 'Queries', buckets: [1], registers: [registry] }));

// The first worker serves one request, the second two.
for (let request = 0; request < number; request++) {
  const record = requests.begin();
  requests.run(record, () => {
    requests.tag('search', () => (number === 1 ? 'a' : 'b'));
    rows.inc({ table: 'items' }, 10 * number);
    queries.observe({}, 0.5);
  });
  record.finish({ method: 'GET', route: '/search', status: 200 });
}
rows.inc({ table: 'items' }, Number.NaN);

process.send?.('ready');
