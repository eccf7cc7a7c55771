import type { Tag } from '../context/Tag.js';
import { TagSet } from '../context/TagSet.js';
import { ABORTED_STATUS } from '../floor/conventions.js';
import { secondsSince } from '../floor/clock.js';
import type { RequestOutcome, RequestTrace } from '../common/RequestTracing.js';

/**
 * What is recorded of a request: its outcome, its duration in seconds, and the variant of each flag that it evaluated.
 * `late` says that the request itself has been recorded before, and that these are further flags of it.
 */
export type RecordRequest = (outcome: RequestOutcome, seconds: number, tags: readonly Tag[], late: boolean) => void;

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

  /** Whether the request is recorded. */
  get isOver(): boolean {
    return this.finished;
  }

  /** Records the request; every call after the first does nothing. */
  finish(outcome: RequestOutcome): void {
    // The client is gone, but the work goes on as if it were not: the flags that it comes to are the request's own.
    // After an answer they are not: what goes on there is other work, such as a job that the request left behind.
    this.end(outcome, outcome.status === ABORTED_STATUS);
  }

  /** Records a request whose answer has only begun, such as a stream: the flags that it comes to are its own. */
  goesOn(outcome: RequestOutcome): void {
    this.end(outcome, true);
  }

  private end({ method, route, status }: RequestOutcome, goesOn: boolean): void {
    if (this.finished) {
      return;
    }
    this.finished = true;
    const seconds = secondsSince(this.begun);
    const outcome = { method, route, status };
    this.record(outcome, seconds, this.tags.list, false);
    if (goesOn) {
      this.tags.late = (tag) => this.record(outcome, seconds, [tag], true);
    }
    this.tags.over = !goesOn || status !== ABORTED_STATUS;
  }
}
