import type { EvaluationEventOptions } from '../opentelemetry/EvaluationEventHook.js';

/** Options of `startTracing`. */
export interface TracingOptions extends EvaluationEventOptions {
  /** What the service is called in the traces; `OTEL_SERVICE_NAME` if absent. */
  serviceName?: string;
  /**
   * Where OTLP over HTTP is taken: `http://jaeger:4318`, `http://tempo:4318`, or an OpenTelemetry collector, which
   * hands on to Zipkin. `/v1/traces` is added to an address without a path. `OTEL_EXPORTER_OTLP_ENDPOINT` if absent, with
   * `/v1/traces` behind whatever path it has, and `http://localhost:4318` without that.
   */
  endpoint?: string;
  /** Sent with every export, such as an authorization. */
  headers?: Readonly<Record<string, string>>;
  /** Share of traces that are kept, 0 to 1; 1 if absent. A trace that another service began keeps what that decided. */
  sampleRatio?: number;
  /** Further attributes of the service, such as `deployment.environment.name`. */
  resource?: Readonly<Record<string, string | number | boolean>>;
  /** Spans that wait for their export or are under way; 8192 if absent. What is beyond is dropped and counted. */
  maxQueue?: number;
  /** Spans in one export; 512 if absent. */
  batchSize?: number;
  /** Milliseconds between exports; 2000 if absent. */
  intervalMs?: number;
  /** Milliseconds that one export may take with its retries; 10000 if absent. */
  timeoutMs?: number;
  /** Milliseconds that `flush` and `shutdown` wait at most; 5000 if absent. */
  shutdownTimeoutMs?: number;
  /** Called once for each kind of trouble: `process.emitWarning` if absent. */
  onWarning?: (message: string) => void;
}
