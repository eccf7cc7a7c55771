/** What every metric of an evaluation tells: label values that are already within the limits. */
export interface EvaluatedFlag {
  flag: string;
  provider: string;
}

/** What is known of an evaluation that succeeded: label values that are already within the limits. */
export interface EvaluationResult {
  variant: string;
  /** Upper-case, as OpenFeature has it, or `other`. */
  reason: string;
  /** Values of the custom dimensions in the order of their names; empty where the flag's metadata lacks one. */
  dimensions: readonly string[];
}

/** Where the stages of evaluations are recorded. An amount of 0 starts a series at zero. */
export interface EvaluationRecorder {
  request(of: EvaluatedFlag, amount: number): void;
  success(of: EvaluatedFlag, result: EvaluationResult, amount: number): void;
  error(of: EvaluatedFlag, exception: string, amount: number): void;
  active(of: EvaluatedFlag, change: number): void;
  /** `seconds` undefined starts the series at zero, where that is possible. */
  duration(of: EvaluatedFlag, seconds: number | undefined): void;
}
