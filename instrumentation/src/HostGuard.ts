import type { Tally } from './labels/Tally.js';
import { describeFailure } from './privacy/describeFailure.js';

/**
 * Keeps the library's own failures away from the host application: what throws is counted and told once, and the
 * host goes on as if nothing had been called.
 */
export class HostGuard {
  constructor(
    private readonly failures: Tally,
    /** Must not throw. */
    private readonly onWarning: (message: string) => void
  ) {}

  /** Runs `action`; answers undefined if it throws. `site` is a fixed word for the part of the library. */
  run<T>(site: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.failed(site, error);
      return undefined;
    }
  }

  /** Tells the application's developer of misuse. */
  warn(message: string): void {
    this.onWarning(message);
  }

  /** Counts and tells a failure, without what its message may hold, that was caught where calling {@link run} would cost too much. */
  failed(site: string, error: unknown): void {
    try {
      this.failures.inc({ site });
    } catch {
      // The registry itself is unusable; the warning below is what is left.
    }
    this.warn(`flaglens: ${site} failed: ${describeFailure(error)}`);
  }
}
