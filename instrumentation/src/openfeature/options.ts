import type { FlagDefinition } from '../context/options.js';

/** Whose names the metrics of evaluations have. */
export type EvaluationNames = 'proposal' | 'official' | 'both';

/** Options of the metrics hook. */
export interface EvaluationOptions {
  flags?: readonly FlagDefinition[];
  /**
   * `metadata.name` of the provider, under which the series of {@link flags} start at zero. If absent, it is taken from the
   * provider as soon as that is ready, where the option `openFeature` says whose.
   */
  providerName?: string;
  /**
   * Which names the metrics have: those of OpenFeature's proposal if absent (`feature_flag_evaluation_request_total`,
   * `feature_flag_variant`, `reason`), those that its official hooks write now
   * (`feature_flag_evaluation_requests_total`, `feature_flag_result_variant`, `feature_flag_result_reason`), or both: one
   * series more for each flag and provider, and two labels more on the successes.
   */
  evaluationNames?: EvaluationNames;
  /** Reasons whose success series start at zero; TARGETING_MATCH, SPLIT, STATIC and DEFAULT if absent. */
  reasons?: readonly string[];
  /** Further labels of the success counter: label name to the key in the flag's metadata. */
  dimensions?: Readonly<Record<string, string>>;
  /** Upper bounds in seconds of the evaluation histogram. */
  evaluationBuckets?: readonly number[];
}
