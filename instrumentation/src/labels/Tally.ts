/** A counter with labels, whatever metrics library it is of: as prom-client's. */
export interface Tally {
  /** Adds `amount`, 1 if absent, to the series with these labels. */
  inc(labels: Record<string, string>, amount?: number): void;
}

/** A counter whose series can be kept; each starts at zero when it is asked for. */
export interface SeriesTally {
  series(labels: Record<string, string>): { add(amount: number): void };
}
