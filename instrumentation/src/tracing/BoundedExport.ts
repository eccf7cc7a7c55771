import type { Attributes } from '@opentelemetry/api';
import type { BatchSpanProcessor, ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { fitsOtlp } from '../opentelemetry/fitsOtlp.js';

/** What became of the sampled spans that have ended. */
export interface SpanCounts {
  /** All of them. */
  ended: number;
  /** Taken by the endpoint. */
  exported: number;
  /** Refused by the endpoint, or never taken within the timeout and its retries. */
  failed: number;
  /** Not kept, because the queue was full. */
  dropped: number;
}

/** Success, as OpenTelemetry's exporters say it; the enumeration is in a package that applications do not install. */
const SUCCESS = 0;

/**
 * Counts spans on their way in and out, so that no more than `limit` are held at any time: OpenTelemetry's processor
 * bounds its queue but neither what is under way nor says what it dropped.
 */
export class BoundedExport {
  private readonly now: SpanCounts = { ended: 0, exported: 0, failed: 0, dropped: 0 };

  constructor(
    private readonly limit: number,
    private readonly warn: (message: string) => void
  ) {}

  get counts(): SpanCounts {
    return { ...this.now };
  }

  /** The processor with this bound before it. */
  processor(inner: BatchSpanProcessor): SpanProcessor {
    return {
      onStart: (span, parent) => inner.onStart(span, parent),
      onEnd: (span) => this.offer(inner, span),
      forceFlush: () => inner.forceFlush(),
      shutdown: () => inner.shutdown(),
    };
  }

  /** The exporter with this count behind it. */
  exporter(inner: SpanExporter, endpoint: string): SpanExporter {
    return {
      export: (spans, done) => {
        inner.export(spans, (result) => {
          const code: number = result.code;
          if (code === SUCCESS) {
            this.now.exported += spans.length;
          } else {
            this.now.failed += spans.length;
            this.warn(`flaglens: spans cannot be sent to ${endpoint}: ${reasonOf(result.error)}; they are lost`);
          }
          done(result);
        });
      },
      forceFlush: async () => inner.forceFlush?.(),
      shutdown: () => inner.shutdown(),
    };
  }

  private offer(inner: BatchSpanProcessor, span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & 1) === 0) {
      return;
    }
    const { ended, exported, failed, dropped } = this.now;
    this.now.ended++;
    if (ended - exported - failed - dropped >= this.limit) {
      this.now.dropped++;
      this.warn(`flaglens: more than ${String(this.limit)} spans wait for their export; further ones are dropped`);
      return;
    }
    for (const { attributes } of [span, ...span.events, ...span.links]) {
      writeOut(attributes);
    }
    inner.onEnd(span);
  }
}

/** Replaces numbers that would have all spans of an export refused by their text. Never throws, also where it cannot. */
function writeOut(attributes: Attributes = {}): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'number' && !fitsOtlp(value)) {
      Reflect.set(attributes, key, String(value));
    } else if (Array.isArray(value) && value.some((one) => typeof one === 'number' && !fitsOtlp(one))) {
      Reflect.set(attributes, key, value.map(String));
    }
  }
}

function reasonOf(error: Error | undefined): string {
  const code: unknown = error !== undefined && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : (error?.name ?? 'refused');
}
