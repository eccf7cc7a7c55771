import { type Verdict } from '../frames/verdicts';
import { marginOfValues, toleratedAt } from './harm';
import { type Point } from './timeline';

/**
 * How much worse than the baseline is tolerated, at each moment: the verdict's relative margin of the baseline's value
 * then, and the absolute rest of the margin. Null where the verdict has no margin in the unit of its values.
 */
export function marginLine(verdict: Verdict, baseline: readonly Point[]): Point[] | null {
  if (!marginOfValues(verdict)) {
    return null;
  }
  const sign = verdict.direction === 'higher' ? -1 : 1;
  return baseline.map((value) => (typeof value === 'number' ? value + sign * toleratedAt(verdict, value) : value));
}
