import { waitFor } from '../../../scripts/lib/waitFor';

type Tags = Record<string, string | number | boolean>;

/** A span as Jaeger holds it. Times are microseconds since the epoch. */
export interface Span {
  id: string;
  parent: string | undefined;
  service: string;
  name: string;
  start: number;
  end: number;
  tags: Tags;
  events: Tags[];
}

/** A trace: its spans in the order of their beginnings. */
export interface Trace {
  id: string;
  spans: Span[];
}

interface KeyValue {
  key: string;
  value: string | number | boolean;
}

interface Answer {
  data: Array<{
    traceID: string;
    processes: Record<string, { serviceName: string }>;
    spans: Array<{
      spanID: string;
      processID: string;
      operationName: string;
      startTime: number;
      duration: number;
      tags: KeyValue[];
      logs: Array<{ fields: KeyValue[] }>;
      references: Array<{ refType: string; spanID: string }>;
    }>;
  }> | null;
}

/** As many ids as one address holds. */
const chunk = 50;

/** The traces in a Jaeger, by its API. */
export class JaegerApi {
  constructor(private readonly url: string) {}

  /** The traces of these ids, as far as it has them. */
  async traces(ids: readonly string[]): Promise<Trace[]> {
    const found: Trace[] = [];
    for (let at = 0; at < ids.length; at += chunk) {
      const asked = ids.slice(at, at + chunk).map((id): [string, string] => ['traceID', id]);
      const response = await fetch(`${this.url}/api/traces?${new URLSearchParams(asked).toString()}`);
      const { data } = (await response.json()) as Answer;
      found.push(...(data ?? []).map(toTrace));
    }
    return found;
  }

  /** Waits until every trace of these ids is there and complete; what is missing then fails the test that looks. */
  async complete(ids: readonly string[], isComplete: (trace: Trace) => boolean, timeoutMs = 20_000): Promise<Trace[]> {
    return waitFor<Trace[]>(
      async () => {
        const traces = await this.traces(ids);
        const whole = traces.filter(isComplete).length;
        return whole === ids.length ? { answer: traces } : { notYet: `${whole} of ${ids.length} traces are complete` };
      },
      { what: 'Every trace in Jaeger', timeoutMs, pauseMs: 500 }
    );
  }
}

function toTrace({ traceID, spans, processes }: NonNullable<Answer['data']>[number]): Trace {
  return {
    id: traceID,
    spans: spans
      .map((span) => ({
        id: span.spanID,
        parent: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
        service: processes[span.processID]?.serviceName ?? '',
        name: span.operationName,
        start: span.startTime,
        end: span.startTime + span.duration,
        tags: toTags(span.tags),
        events: span.logs.map(({ fields }) => toTags(fields)),
      }))
      .sort((a, b) => a.start - b.start),
  };
}

function toTags(pairs: readonly KeyValue[]): Tags {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
