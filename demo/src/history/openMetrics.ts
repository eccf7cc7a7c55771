import type { PastMetric } from './simulate';
import type { Scenario } from './timeline';

/** Sums are of durations in seconds: microseconds are exact enough, and half as long to write. */
const decimals = 1e6;

/** The length of a block of Prometheus, in seconds; blocks begin at whole multiples of it. */
const blockLength = 2 * 3600;

/** A part of a past: the scrapes from one to before another, by their number. */
export interface Part {
  first: number;
  past: number;
}

/**
 * Cuts a past where Prometheus's blocks end. promtool reads its whole input once for each block, so a file for each
 * block is several times faster than one for all.
 */
export function partsOf({ start, end, step }: Scenario): Part[] {
  const parts: Part[] = [];
  const scrapes = Math.round((end - start) / step) + 1;
  for (let first = 0; first < scrapes;) {
    const blockEnd = (Math.floor((start + first * step) / blockLength) + 1) * blockLength;
    const past = Math.min(scrapes, Math.ceil((blockEnd - start) / step));
    parts.push({ first, past });
    first = past;
  }
  return parts;
}

/**
 * Writes a part of a past in the OpenMetrics text format, with a time for each sample, series by series.
 *
 * @returns chunks of text, so that hours of history need not be in memory at once
 */
export function* openMetrics(metrics: readonly PastMetric[], scenario: Scenario, part: Part): Generator<string> {
  const { start, step } = scenario;
  for (const { name, type, series } of metrics) {
    // Prometheus normalises `le` only in what it knows to be a histogram.
    yield `# TYPE ${type === 'counter' ? name.replace(/_total$/, '') : name} ${type}\n`;
    for (const { name: sample, labels, values } of series) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const id = `${sample}{${pairs.join(',')}}`;
      const lines: string[] = [];
      for (let scrape = part.first; scrape < part.past; scrape++) {
        const value = Math.round((values[scrape] ?? 0) * decimals) / decimals;
        lines.push(`${id} ${value} ${start + scrape * step}\n`);
      }
      yield lines.join('');
    }
  }
  yield '# EOF\n';
}
