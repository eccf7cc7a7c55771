import type { Histogram } from 'prom-client';

/** A histogram that knows which of its series exist, so that starting one at zero never wipes what it has counted. */
export class SeriesHistogram {
  private readonly series = new Set<string>();

  constructor(private readonly histogram: Histogram) {}

  /** Number of series that exist. */
  get size(): number {
    return this.series.size;
  }

  has(labels: Record<string, string>): boolean {
    return this.series.has(keyOf(labels));
  }

  /** Creates the series with all its buckets at zero; does nothing if it exists. */
  zero(labels: Record<string, string>): void {
    const key = keyOf(labels);
    if (!this.series.has(key)) {
      this.histogram.zero(labels);
      this.series.add(key);
    }
  }

  /** Records a duration in seconds. */
  observe(labels: Record<string, string>, seconds: number): void {
    this.series.add(keyOf(labels));
    this.histogram.observe(labels, seconds);
  }
}

/** Label values in the order that the caller always gives them; NUL cannot occur in a header, a route or a flag key. */
function keyOf(labels: Record<string, string>): string {
  return Object.values(labels).join('\0');
}
