/**
 * Bounds how many series start at zero ahead of traffic, over all metrics of one instrumentation. Series that traffic
 * itself brings are never held back by it.
 */
export class SeriesBudget {
  private spent = 0;

  constructor(
    private readonly limit: number,
    private readonly warn: (message: string) => void
  ) {}

  /** Creates one series if there is room and answers it; tells once if there is none. */
  spend<T>(create: () => T): T | undefined {
    if (this.spent >= this.limit) {
      this.warn(
        `flaglens: more than ${String(this.limit)} series to start at zero; name the flags of each route, or raise limits.initialisedSeries`
      );
      return undefined;
    }
    this.spent++;
    return create();
  }
}
