import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace-node';

/** A real OpenTelemetry SDK for this process, whose ended spans can be read. */
export interface TestTracing {
  /** In the order in which they ended. */
  spans(): ReadableSpan[];
  named(name: string): ReadableSpan[];
  reset(): void;
  stop(): Promise<void>;
}

/** Registers the SDK for the whole process; one at a time. */
export function traceToMemory(sampler?: Sampler): TestTracing {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  const spans = () => exporter.getFinishedSpans();
  return {
    spans,
    named: (name) => spans().filter((span) => span.name === name),
    reset: () => exporter.reset(),
    stop: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** The spans that came over the network. */
export function serverSpans(spans: readonly ReadableSpan[]): ReadableSpan[] {
  return spans.filter((span) => span.kind === SpanKind.SERVER);
}

/** Id of the span's trace. */
export function traceOf(span: ReadableSpan): string {
  return span.spanContext().traceId;
}
