/**
 * Every name that this library exposes: metrics, labels, and the label values that have a meaning of their own.
 * Dashboards and alert rules rely on them, so none changes without a migration.
 */

/** Metric names. Durations are in seconds. */
export const METRICS = {
  /** Evaluations begun. */
  evaluationRequests: 'feature_flag_evaluation_request_total',
  /** The same by the name that OpenFeature's official hooks give it. */
  evaluationRequestsOfficial: 'feature_flag_evaluation_requests_total',
  /** Evaluations that resolved, with their reason. */
  evaluationSuccesses: 'feature_flag_evaluation_success_total',
  /** Evaluations that failed, with a bounded error code. */
  evaluationErrors: 'feature_flag_evaluation_error_total',
  /** Evaluations under way. */
  evaluationActive: 'feature_flag_evaluation_active_count',
  /** Time from the hook's `before` to its `finally`. */
  evaluationDuration: 'feature_flag_evaluation_duration_seconds',
  /** Every request once, whatever flags it evaluated. */
  requestDuration: 'http_request_duration_seconds',
  /** Every request once per flag that it evaluated: never sum it across flags. */
  flagRequestDuration: 'feature_flag_http_request_duration_seconds',
  /** How long answers lived that are streams, such as server-sent events. It has a twin by flag. */
  streamDuration: 'http_stream_duration_seconds',
  /** Share of the users that a variant is allocated to, 0 to 1. */
  allocation: 'feature_flag_allocation_ratio',
  /** Label values that a limit replaced by {@link OTHER}. */
  folded: 'flaglens_folded_total',
  /** Label values that were too long, and are their beginning and a hash. */
  shortened: 'flaglens_shortened_total',
  /** Values that a metric refused, since they would have spoiled it. */
  refused: 'flaglens_refused_total',
  /** Failures of this library itself, which it keeps away from the host. */
  internalErrors: 'flaglens_internal_errors_total',
  /** Look-ups in caches. This and the following have a twin `feature_flag_<name>` by flag, unless they say otherwise. */
  cacheRequests: 'cache_requests_total',
  cacheEvictions: 'cache_evictions_total',
  retryAttempts: 'retry_attempts_total',
  /** Operations that are repeated when they fail, once each. */
  retryOperations: 'retry_operations_total',
  failoverRequests: 'failover_requests_total',
  failoverSwitches: 'failover_switches_total',
  poolAcquireDuration: 'pool_acquire_duration_seconds',
  /** Of the process: no twin. */
  poolConnections: 'pool_connections',
  poolMaxConnections: 'pool_max_connections',
  poolWaiting: 'pool_waiting_requests',
  strategyDuration: 'strategy_duration_seconds',
  databaseDuration: 'database_operation_duration_seconds',
  queueSent: 'queue_messages_sent_total',
  queueWait: 'queue_wait_duration_seconds',
  queueProcessDuration: 'queue_process_duration_seconds',
  /** Of the process: no twin. */
  queueLag: 'queue_lag_messages',
  sectionCpu: 'section_cpu_seconds_total',
  sectionRuns: 'section_runs_total',
  /** Flags of which the process serves one variant alone: no twin, it is by flag itself. */
  instanceInfo: 'feature_flag_instance_info',
} as const;

/** Label names. */
export const LABELS = {
  flag: 'feature_flag_key',
  variant: 'feature_flag_variant',
  provider: 'feature_flag_provider_name',
  reason: 'reason',
  /** Variant and reason by the names that OpenFeature's official hooks give them. */
  resultVariant: 'feature_flag_result_variant',
  resultReason: 'feature_flag_result_reason',
  exception: 'exception',
  method: 'method',
  route: 'route',
  status: 'status',
  /** On {@link METRICS.folded}: the label whose value was replaced. */
  label: 'label',
  /** On {@link METRICS.refused}: the metric that refused a value. */
  metric: 'metric',
  /** On {@link METRICS.internalErrors}: the part of the library that failed. */
  site: 'site',
  /** How a piece of work ended: a closed set for each metric. */
  outcome: 'outcome',
  cache: 'cache',
  operation: 'operation',
  failover: 'failover',
  target: 'target',
  from: 'from',
  to: 'to',
  pool: 'pool',
  state: 'state',
  decision: 'decision',
  strategy: 'strategy',
  database: 'database',
  queue: 'queue',
  section: 'section',
} as const;

/** Stands for every value beyond a limit. */
export const OTHER = 'other';

/** Stands for a text that is empty: Prometheus drops labels with an empty value. */
export const EMPTY = 'empty';

/** Variant of a request whose evaluation of the flag failed, so that it was served the caller's default. */
export const EVALUATION_ERROR = 'evaluation_error';

/** Route of a request that no route of the application answers. Its path is never used as a label. */
export const UNMATCHED_ROUTE = 'unmatched';

/** Status of a request whose client went away before the answer was complete (nginx's 499). */
export const ABORTED_STATUS = 499;

/** Upper bounds in seconds for HTTP durations: the buckets that OpenTelemetry advises. */
export const REQUEST_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Upper bounds in seconds for flag evaluations, from in-process rules (microseconds) to a remote call. */
export const EVALUATION_BUCKETS: readonly number[] = [
  0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
];

/** Upper bounds in seconds for the layers below a request, from a local cache to a slow query or a waiting message. */
export const LAYER_BUCKETS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** How timed work of the layers ended. */
export const OUTCOMES: readonly string[] = ['success', 'error'];

/** Target of a call that no target served. */
export const NO_TARGET = 'none';

/** The reasons that OpenFeature defines for a successful evaluation; any other is folded. */
export const REASONS: readonly string[] = [
  'STATIC',
  'DEFAULT',
  'TARGETING_MATCH',
  'SPLIT',
  'CACHED',
  'DISABLED',
  'UNKNOWN',
  'STALE',
];

/** The error codes that OpenFeature defines; anything else that is thrown counts by its class. */
export const ERROR_CODES: readonly string[] = [
  'PROVIDER_NOT_READY',
  'PROVIDER_FATAL',
  'FLAG_NOT_FOUND',
  'PARSE_ERROR',
  'TYPE_MISMATCH',
  'TARGETING_KEY_MISSING',
  'INVALID_CONTEXT',
  'GENERAL',
];

/** Method of a unit of work that is no request, such as a job. */
export const UNIT_METHOD = 'RUN';

/** The methods that get a label value of their own. */
export const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', UNIT_METHOD];
