import type { TracedFetch } from '../shop/charging';
import type { RunningTracing } from '@flaglens/instrumentation/tracing';

/** Tracing of a service of the demo, and what it does with the trace under way. */
export interface DemoTracing {
  running: RunningTracing;
  tracedFetch: TracedFetch;
  /** The ids of the trace under way, for log lines. */
  traceFields: () => object;
}

/**
 * Starts tracing if OTLP_URL says where spans go. Otherwise nothing of it is even loaded: a demo without tracing costs what
 * it did before.
 */
export async function tracingFromEnvironment(
  serviceName: string,
  environment: NodeJS.ProcessEnv = process.env
): Promise<DemoTracing | undefined> {
  const endpoint = environment.OTLP_URL;
  if (!endpoint) {
    return undefined;
  }
  const { startTracing } = await import('@flaglens/instrumentation/tracing');
  const { tracedFetch, traceFields } = await import('@flaglens/instrumentation/opentelemetry');
  const running = startTracing({
    serviceName,
    endpoint,
    evaluationSpans: true,
    intervalMs: 1000,
    // A service of the demo has five seconds to end.
    shutdownTimeoutMs: 2000,
    resource: { 'service.instance.id': environment.INSTANCE ?? serviceName },
    // A Jaeger that is away is reported once; the shop goes on.
    onWarning: (message) => console.error(`${serviceName}: ${message}`),
  });
  return { running, tracedFetch, traceFields };
}
