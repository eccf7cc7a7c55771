/** A counter with labels, whatever metrics library it is of: as prom-client's. */
export interface Tally {
  /** Adds `amount`, 1 if absent, to the series with these labels. */
  inc(labels: Record<string, string>, amount?: number): void;
}

/** What a failure is reported to, and in which words. */
export interface Reporting {
  /** Counts failures by site. */
  failures: Tally;
  /** Must not throw. */
  onWarning: (message: string) => void;
  /** A failure in words that may go into a log: without what its message may hold. */
  describe: (error: unknown) => string;
}

/**
 * Keeps the library's own failures away from the host application: what throws is counted and reported once, and the
 * host goes on as if nothing had been called.
 */
export class HostGuard {
  constructor(private readonly reporting: Reporting) {}

  /** Runs `action`; answers undefined if it throws. `site` is a fixed word for the part of the library. */
  run<T>(site: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.failed(site, error);
      return undefined;
    }
  }

  /** Warns the application's developer of misuse. */
  warn(message: string): void {
    this.reporting.onWarning(message);
  }

  /** Counts and reports a failure that was caught where calling {@link run} would cost too much. */
  failed(site: string, error: unknown): void {
    try {
      this.reporting.failures.inc({ site });
    } catch {
      // The registry itself is unusable; the warning below is what is left.
    }
    this.warn(`flaglens: ${site} failed: ${this.reporting.describe(error)}`);
  }
}
