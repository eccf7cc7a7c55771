import { EVALUATION_ERROR } from '../conventions.js';

/** How a request ended. */
export interface RequestOutcome {
  method: string;
  /** The route's pattern. */
  route: string;
  status: number;
}

/** What is recorded of a request: its outcome, its duration in seconds, and the variant of each flag that it evaluated. */
export type RecordRequest = (outcome: RequestOutcome, seconds: number, flags: ReadonlyMap<string, string>) => void;

/** One request under way. It is recorded once, however many ways its end is announced. */
export class RequestRecord {
  private readonly flags = new Map<string, string>();
  private readonly begun = performance.now();
  private finished = false;

  constructor(private readonly record: RecordRequest) {}

  /**
   * Notes a flag's variant. A request belongs to one variant of a flag, or a flag's requests would not add up: the
   * first one counts, and a failed evaluation only as long as none succeeds.
   */
  tag(flag: string, variant: string): void {
    const known = this.flags.get(flag);
    if (known === undefined || known === EVALUATION_ERROR) {
      this.flags.set(flag, variant);
    }
  }

  /** Records the request; every call after the first does nothing. */
  finish(outcome: RequestOutcome): void {
    if (this.finished) {
      return;
    }
    this.finished = true;
    this.record(outcome, (performance.now() - this.begun) / 1000, this.flags);
  }
}
