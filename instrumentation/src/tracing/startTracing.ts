import { context, propagation, trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { SCOPE } from '../opentelemetry/names.js';
import { openTelemetryTracing } from '../opentelemetry/openTelemetryTracing.js';
import type { Tracing } from '../common/Tracing.js';
import { quietly, warnProcess } from '../floor/warnings.js';
import { BoundedExport, type SpanCounts } from './BoundedExport.js';
import { environmentEndpoint, exportUrl } from './exportUrl.js';
import type { TracingOptions } from './options.js';

/** Tracing that has been started: what `createInstrumentation({ tracing })` takes, and its end. */
export interface RunningTracing extends Tracing {
  /** What became of this process's spans. */
  counts(): SpanCounts;
  /** Sends what waits. Resolves in any case, when it is sent or after the timeout. */
  flush(): Promise<void>;
  /** Sends what waits and ends tracing. Resolves in any case; call it last of all, when the server has closed. */
  shutdown(): Promise<void>;
}

/** Longest text that an attribute keeps. */
const ATTRIBUTE_LENGTH = 1024;

const NOTHING: SpanCounts = { ended: 0, exported: 0, failed: 0, dropped: 0 };

/**
 * Sets OpenTelemetry up for this process, in one call before the server starts: spans go to `endpoint` in batches, by
 * OTLP, and the trace goes along to other services in W3C headers. Jaeger, Tempo and OpenTelemetry's collector take OTLP.
 *
 * It never throws and never waits: an endpoint that is down costs a bounded queue and one warning. Where the application
 * has set OpenTelemetry up itself, that is used as it is.
 */
export function startTracing(options: TracingOptions): RunningTracing {
  const warn = quietly(options.onWarning ?? warnProcess);
  const tracing = openTelemetryTracing(options);
  try {
    return { ...tracing, ...start(options, warn) };
  } catch (error) {
    warn(`flaglens: tracing cannot start: ${error instanceof Error ? error.message : typeof error}`);
    return { ...tracing, ...IDLE };
  }
}

type Running = Pick<RunningTracing, 'counts' | 'flush' | 'shutdown'>;

const IDLE: Running = {
  counts: () => ({ ...NOTHING }),
  flush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

function start(options: TracingOptions, warn: (message: string) => void): Running {
  if (isSetUp()) {
    warn('flaglens: OpenTelemetry is already set up in this process, and is used as it is');
    return IDLE;
  }
  const url = exportUrl(options.endpoint ?? environmentEndpoint() ?? 'http://localhost:4318');
  const limit = positive(options.maxQueue, 8192);
  const batchSize = Math.min(limit, positive(options.batchSize, 512));
  const bounded = new BoundedExport(limit, warn);
  const exporter = new OTLPTraceExporter({
    url: url.href,
    headers: { ...options.headers },
    timeoutMillis: positive(options.timeoutMs, 10_000),
    // A flush sends all batches at once, and the exporter would refuse those beyond its own limit of 30.
    concurrencyLimit: Math.max(30, Math.ceil(limit / batchSize) + 1),
  });
  const batches = new BatchSpanProcessor(bounded.exporter(exporter, url.origin), {
    maxQueueSize: limit,
    maxExportBatchSize: batchSize,
    scheduledDelayMillis: positive(options.intervalMs, 2_000),
  });
  const serviceName = options.serviceName ?? process.env.OTEL_SERVICE_NAME;
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ ...options.resource, ...(serviceName && { 'service.name': serviceName }) })
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio ?? 1) }),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_LENGTH },
    spanProcessors: [bounded.processor(batches)],
  });
  provider.register();
  const within = (work: () => Promise<void>) => bound(work, positive(options.shutdownTimeoutMs, 5_000));
  let ended = false;
  const shutdown = async () => {
    await within(() => provider.shutdown());
    // Once only: by a second call the application may have set up another provider.
    if (!ended) {
      ended = true;
      trace.disable();
      context.disable();
      propagation.disable();
    }
  };
  return { counts: () => bounded.counts, flush: () => within(() => provider.forceFlush()), shutdown };
}

/** Whether a tracer provider has been registered: until then the API has a proxy without a delegate. */
function isSetUp(): boolean {
  const provider: TracerProvider & { getDelegateTracer?: (name: string) => Tracer | undefined } =
    trace.getTracerProvider();
  return provider.getDelegateTracer === undefined || provider.getDelegateTracer(SCOPE) !== undefined;
}

function positive(value: number | undefined, otherwise: number): number {
  return value !== undefined && Number.isFinite(value) && value >= 1 ? Math.floor(value) : otherwise;
}

/**
 * Waits for `work`, whether it succeeds or not, but no longer than so many milliseconds. The timer, unlike that of
 * `within`, keeps the process alive: its last spans are on their way.
 */
async function bound(work: () => Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // What fails here has been warned of by the exporter already.
  await Promise.race([work().catch(() => undefined), timeout]);
  clearTimeout(timer);
}
