import type { FastifyInstance } from 'fastify';

/** A series as a shop exposes it. */
export interface ExposedSeries {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** A metric of a shop with all its series; a histogram's are its buckets, sums and counts. */
export interface ExposedMetric {
  name: string;
  type: string;
  series: ExposedSeries[];
}

const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const samplePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$/;

/**
 * Reads what a shop exposes, so that its simulated past has the very series that it goes on with.
 *
 * @throws Error if a line is no sample
 */
function parseExposition(text: string): ExposedMetric[] {
  const metrics: ExposedMetric[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ');
      metrics.push({ name, type, series: [] });
    } else if (line !== '' && !line.startsWith('#')) {
      const [, name, labels = ''] = samplePattern.exec(line) ?? [];
      const metric = metrics.at(-1);
      if (name === undefined || metric === undefined) {
        throw new Error(`The shop exposes a line that is no sample: ${line}`);
      }
      metric.series.push({
        name,
        labels: Object.fromEntries([...labels.matchAll(labelPattern)].map(([, key = '', value = '']) => [key, value])),
      });
    }
  }
  return metrics;
}

/** Every metric of a shop that has just been built; it listens from now on, on a free port of loopback. */
export async function exposedBy(shop: FastifyInstance): Promise<ExposedMetric[]> {
  const url = await shop.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(new URL('/metrics', url));
  return parseExposition(await response.text());
}

/**
 * The bounds of a histogram's buckets, ascending, without infinity.
 *
 * @throws Error if there is no such histogram
 */
export function boundsOf(exposed: readonly ExposedMetric[], name: string): number[] {
  const series = exposed.find((metric) => metric.name === name)?.series ?? [];
  const bounds = new Set(
    series.flatMap(({ labels: { le } }) => (le === undefined || le === '+Inf' ? [] : [Number(le)]))
  );
  if (bounds.size === 0) {
    throw new Error(`The shop exposes no histogram ${name}`);
  }
  return [...bounds].sort((a, b) => a - b);
}
