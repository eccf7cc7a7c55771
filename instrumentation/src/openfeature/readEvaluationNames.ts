import type { EvaluationNames } from './options.js';

const NAMES: readonly unknown[] = ['proposal', 'official', 'both'] satisfies EvaluationNames[];

/** Which names to write. What is none of them is reported, and the proposal's are written. */
export function readEvaluationNames(option: unknown, warn: (message: string) => void): EvaluationNames {
  if (option === undefined || NAMES.includes(option)) {
    return (option ?? 'proposal') as EvaluationNames;
  }
  warn("flaglens: evaluationNames must be 'proposal', 'official' or 'both'; the proposal's names are written");
  return 'proposal';
}
