import type { FlagDefinition } from '../context/options.js';

/** Options of the metrics hook. */
export interface EvaluationOptions {
  flags?: readonly FlagDefinition[];
  /** `metadata.name` of the provider. With it, the series of {@link flags} start at zero. */
  providerName?: string;
  /** Reasons whose success series start at zero; TARGETING_MATCH, SPLIT, STATIC and DEFAULT if absent. */
  reasons?: readonly string[];
  /** Further labels of the success counter: label name to the key in the flag's metadata. */
  dimensions?: Readonly<Record<string, string>>;
  /** Upper bounds in seconds of the evaluation histogram. */
  evaluationBuckets?: readonly number[];
}
