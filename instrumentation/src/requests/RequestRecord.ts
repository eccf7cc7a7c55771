import type { Tag } from '../context/Tag.js';
import { TagSet } from '../context/TagSet.js';
import type { RequestTrace } from './RequestTracing.js';

/** How a request ended. */
export interface RequestOutcome {
  method: string;
  /** The route's pattern. */
  route: string;
  status: number;
}

/** What is recorded of a request: its outcome, its duration in seconds, and the variant of each flag that it evaluated. */
export type RecordRequest = (outcome: RequestOutcome, seconds: number, tags: readonly Tag[]) => void;

/** One request under way. It is recorded once, however many ways its end is announced. */
export class RequestRecord {
  readonly tags = new TagSet();
  private readonly begun = performance.now();
  private finished = false;

  /** `trace` is the request's span, if it has one. */
  constructor(
    private readonly record: RecordRequest,
    readonly trace?: RequestTrace
  ) {}

  /** Records the request; every call after the first does nothing. */
  finish(outcome: RequestOutcome): void {
    if (this.finished) {
      return;
    }
    this.finished = true;
    this.record(outcome, (performance.now() - this.begun) / 1000, this.tags.list);
  }
}
