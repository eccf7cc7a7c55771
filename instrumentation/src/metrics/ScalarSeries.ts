import type { Labels } from '../labels/Labels.js';

/** One series of a counter or a gauge. A caller may keep it, so that nothing is looked up. */
export class ScalarSeries {
  value = 0;

  constructor(readonly labels: Labels) {}

  /** Adds a number that the metric accepts. */
  add(value: number): void {
    this.value += value;
  }
}
