import type { EvaluationNames } from '../openfeature/options.js';

/** Which names the attributes have. */
export type Naming = 'proposal' | 'semantic';

/** Instruments of the requests by whose names are written. */
export const REQUEST_INSTRUMENTS: Readonly<Record<EvaluationNames, readonly string[]>> = {
  proposal: ['feature_flag.evaluation_request_total'],
  official: ['feature_flag.evaluation_requests_total'],
  both: ['feature_flag.evaluation_request_total', 'feature_flag.evaluation_requests_total'],
};

/**
 * Under which names a result is written: the first pair is by {@link NAMINGS}, the others follow. Names that Prometheus
 * would write alike are given once.
 */
export const RESULT_NAMES = { variant: 'feature_flag.result.variant', reason: 'feature_flag.result.reason' } as const;

/** Names of the attributes of one evaluation, and how reasons and error codes are written. */
export interface AttributeNames {
  flag: string;
  provider: string;
  variant: string;
  reason: string;
  exception: string;
  /** Reasons and error codes, which are given in capitals, as the names' source writes them. */
  word: (constant: string) => string;
}

/**
 * Names of the instruments: the OpenFeature proposal's, and the duration that it leaves to later. A unit is part of the
 * duration's name, since OpenTelemetry's Prometheus exporter adds none.
 */
export const INSTRUMENTS = {
  successes: 'feature_flag.evaluation_success_total',
  errors: 'feature_flag.evaluation_error_total',
  active: 'feature_flag.evaluation_active_count',
  duration: 'feature_flag.evaluation_duration_seconds',
} as const;

export const NAMINGS: Readonly<Record<Naming | 'official', AttributeNames>> = {
  proposal: {
    flag: 'feature_flag.key',
    provider: 'feature_flag.provider_name',
    variant: 'feature_flag.variant',
    reason: 'reason',
    exception: 'exception',
    word: (constant) => constant,
  },
  official: {
    flag: 'feature_flag.key',
    provider: 'feature_flag.provider.name',
    variant: RESULT_NAMES.variant,
    reason: RESULT_NAMES.reason,
    exception: 'exception',
    word: (constant) => constant,
  },
  semantic: {
    flag: 'feature_flag.key',
    provider: 'feature_flag.provider.name',
    variant: 'feature_flag.result.variant',
    reason: 'feature_flag.result.reason',
    exception: 'error.type',
    // Constants are lower-cased; the name of a class stays what it is.
    word: (constant) => (/^[A-Z_]+$/.test(constant) ? constant.toLowerCase() : constant),
  },
};
