import { LABELS, OTHER } from '../floor/conventions.js';
import type { SeriesTally } from './Tally.js';

/** Counts, by label, the values that became `other`. */
export class Foldings {
  private readonly series = new Map<string, ReturnType<SeriesTally['series']>>();

  /** The labels that are expected have their series from the start. */
  constructor(
    private readonly tally: SeriesTally,
    expected: readonly string[]
  ) {
    for (const label of expected) {
      this.of(label);
    }
  }

  fold(label: string): string {
    this.of(label).add(1);
    return OTHER;
  }

  private of(label: string): ReturnType<SeriesTally['series']> {
    let series = this.series.get(label);
    if (series === undefined) {
      series = this.tally.series({ [LABELS.label]: label });
      this.series.set(label, series);
    }
    return series;
  }
}
