import type { ExposedSeries } from './exposition';

/** A histogram of the simulated past. */
export class PastHistogram {
  count = 0;
  sum = 0;
  readonly #bounds: readonly number[];
  /** Observations in each bucket alone; the last one is beyond every bound. */
  readonly #buckets: Float64Array;

  /** @param bounds upper bounds, ascending, without infinity */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? Infinity)) {
      bucket++;
    }
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  /** What a series of the histogram says: a cumulative bucket, the sum or the count. */
  read({ name, labels }: ExposedSeries): number {
    if (labels.le !== undefined) {
      return this.#upTo(Number(labels.le.replace('+Inf', 'Infinity')));
    }
    return name.endsWith('_sum') ? this.sum : this.count;
  }

  #upTo(le: number): number {
    let total = 0;
    for (let bucket = 0; bucket < this.#buckets.length && (this.#bounds[bucket] ?? Infinity) <= le; bucket++) {
      total += this.#buckets[bucket] ?? 0;
    }
    return total;
  }
}
