/** Name of the tracer and of the meter. */
export const SCOPE = '@flaglens/instrumentation';

/** Attributes of spans and of their events: OpenTelemetry's semantic conventions, and our own where these have none. */
export const ATTRIBUTES = {
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  /** Which resending of a request this is, from 1; absent on the first sending. */
  resendCount: 'http.request.resend_count',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  urlScheme: 'url.scheme',
  urlTemplate: 'url.template',
  /** A class of error: a status, an error code or the name of an error class; never a message. */
  errorType: 'error.type',
  errorMessage: 'feature_flag.error.message',
  flagKey: 'feature_flag.key',
  provider: 'feature_flag.provider.name',
  variant: 'feature_flag.result.variant',
  value: 'feature_flag.result.value',
  reason: 'feature_flag.result.reason',
  contextId: 'feature_flag.context.id',
  /** Before the key of a flag, on the span of a request: the variant that the request was served. */
  servedPrefix: 'flaglens.variant.',
  /** Which attempt at something this is, from 1. */
  attempt: 'flaglens.attempt',
} as const;

/** Name of the event of one evaluation. */
export const EVALUATION_EVENT = 'feature_flag.evaluation';
