import type { Tag } from '../context/Tag.js';
import { LABELS, METRICS } from '../floor/conventions.js';
import type { Shared } from '../common/Shared.js';
import type { RequestOutcome } from '../common/RequestTracing.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';

/** Upper bounds in seconds for streams, from an answer that is sent piece by piece to a page that is open all day. */
const STREAM_BUCKETS: readonly number[] = [1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400];

/** Statuses that start at zero for a route as soon as a stream of it has begun. */
const STATUSES = [200, 499, 500];

/** How long streams lived, and how they ended. The metric is made when the first one begins. */
export class StreamDurations {
  private durations: SplitHistogram | undefined;

  constructor(private readonly shared: Shared) {}

  /** A stream has begun: its series start at zero. Never throws. */
  begun(stream: Omit<RequestOutcome, 'status'>): void {
    this.shared.host.run('StreamDurations.begun', () => {
      for (const status of STATUSES) {
        this.metric.zero(this.labelsOf({ ...stream, status }));
      }
    });
  }

  /** A stream has ended after so many seconds. Never throws. */
  ended(outcome: RequestOutcome, seconds: number, tags: readonly Tag[]): void {
    this.shared.host.run('StreamDurations.ended', () => {
      this.metric.observeFor(tags, this.labelsOf(outcome), seconds);
    });
  }

  private get metric(): SplitHistogram {
    this.durations ??= this.shared.split.histogram(
      {
        name: METRICS.streamDuration,
        help: 'How long answers lived that are streams, such as server-sent events, in seconds',
        labelNames: [LABELS.method, LABELS.route, LABELS.status],
        bounded: true,
      },
      STREAM_BUCKETS
    );
    return this.durations;
  }

  private labelsOf({ method, route, status }: RequestOutcome): Record<string, string> {
    const { labels } = this.shared;
    return { method: labels.method(method), route: labels.route(route), status: labels.status(status) };
  }
}
