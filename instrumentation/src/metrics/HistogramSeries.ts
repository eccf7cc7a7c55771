import type { Exemplar } from './Exemplar.js';
import type { Labels } from '../labels/Labels.js';

/** One series of a histogram: its labels and where its cells lie. A caller may keep it, so that nothing is looked up. */
export class HistogramSeries {
  /** The last exemplar of each bucket; made with the first one. */
  private latest: Array<Exemplar | undefined> | undefined;

  constructor(
    readonly labels: Labels,
    /** Upper bounds, ascending, without infinity. */
    private readonly bounds: Float64Array,
    /** Shared by many series: a count for each bucket and the one above all bounds, then the sum of the values. */
    private readonly cells: Float64Array,
    private readonly at: number
  ) {}

  /** Records a finite value in the bucket that {@link bucketOf} found for it. */
  add(bucket: number, value: number, exemplar: Exemplar | undefined): void {
    const { cells, at } = this;
    const sum = at + this.bounds.length + 1;
    cells[at + bucket] = (cells[at + bucket] ?? 0) + 1;
    cells[sum] = (cells[sum] ?? 0) + value;
    if (exemplar !== undefined) {
      this.latest ??= [];
      this.latest[bucket] = exemplar;
    }
  }

  /** Number of values in one bucket alone. */
  count(bucket: number): number {
    return this.cells[this.at + bucket] ?? 0;
  }

  get sum(): number {
    return this.cells[this.at + this.bounds.length + 1] ?? 0;
  }

  exemplar(bucket: number): Exemplar | null {
    return this.latest?.[bucket] ?? null;
  }

  reset(): void {
    this.cells.fill(0, this.at, this.at + this.bounds.length + 2);
    this.latest = undefined;
  }
}

/** Index of the first bound that is not below the value; the number of bounds if there is none. */
export function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (bounds[middle] ?? Infinity)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
