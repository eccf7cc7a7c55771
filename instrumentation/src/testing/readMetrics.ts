import type { Registry } from 'prom-client';

/** One line of an exposition: a series with its value. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads samples back from what a scrape would see, so that tests hold the exposition and not the library's state. */
export async function readMetrics(registry: Registry): Promise<Sample[]> {
  return parseMetrics(await registry.metrics());
}

/** The samples of an exposition in Prometheus's text format. */
export function parseMetrics(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseLine);
}

/** Sum of the samples with this name that have all the given labels. */
export function sum(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  return matching(samples, name, labels).reduce((total, sample) => total + sample.value, 0);
}

/** The samples with this name that have all the given labels. */
export function matching(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): Sample[] {
  return samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
  );
}

function parseLine(line: string): Sample {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line);
  if (match === null) {
    throw new Error(`not a sample: ${line}`);
  }
  const [, name = '', rawLabels = '', value = ''] = match;
  const labels: Record<string, string> = {};
  for (const [, key = '', raw = ''] of rawLabels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    labels[key] = raw.replaceAll(/\\(.)/g, (_all, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return { name, labels, value: value === '+Inf' ? Infinity : Number(value) };
}
