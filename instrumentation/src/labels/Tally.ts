/** A counter whose series can be kept; each starts at zero when it is asked for. */
export interface SeriesTally {
  series(labels: Record<string, string>): { add(amount: number): void };
}
