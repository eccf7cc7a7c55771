import type { SplitChildren, Startable } from './SplitChildren.js';
import type { SplitParts } from './SplitParts.js';

/** Label values of a metric whose label names are known. */
export type LabelsOf<L extends string> = Readonly<Partial<Record<L, string | number>>>;

/** What metrics that are split by flag have in common: a child for each set of label values. */
export abstract class SplitMetric<C extends Startable, L extends string> {
  constructor(
    protected readonly parts: SplitParts,
    private readonly children: SplitChildren<C>
  ) {}

  /** The metric with these labels, to be kept by who records often: it looks up nothing. Never throws. */
  child(labels: LabelsOf<L>): C {
    try {
      return this.children.of(labels);
    } catch (error) {
      this.parts.host.failed(`${this.name}.child`, error);
      return this.nowhere();
    }
  }

  /** Whether these labels have been recorded or started. */
  has(labels: LabelsOf<L>): boolean {
    return this.children.has(labels);
  }

  /** Starts the label values at zero for the registered flags. */
  zero(labels: LabelsOf<L>): void {
    this.child(labels);
  }

  /** Names the class in the counter of failures. */
  protected abstract readonly name: string;

  /** A child that records where nobody reads. */
  protected abstract nowhere(): C;
}
