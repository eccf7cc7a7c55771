import { type Verdict } from '../frames/verdicts';
import { type Point } from './timeline';

/**
 * How much worse than the baseline is tolerated, at each moment: the verdict's relative margin of the baseline's value
 * then, and the absolute rest of the margin. Null where the verdict has no margin in the unit of its values.
 */
export function marginLine(
  verdict: Pick<
    Verdict,
    'margin' | 'marginRelative' | 'marginAbsolute' | 'baselineValue' | 'direction' | 'unit' | 'differenceUnit'
  >,
  baseline: readonly Point[]
): Point[] | null {
  const { margin, marginRelative, baselineValue, direction, unit, differenceUnit } = verdict;
  if (margin === null || direction === 'neutral' || unit !== differenceUnit) {
    return null;
  }
  const relative = baselineValue === null ? 0 : (marginRelative ?? 0);
  const absolute = verdict.marginAbsolute ?? Math.max(0, margin - relative * Math.abs(baselineValue ?? 0));
  const sign = direction === 'higher' ? -1 : 1;
  return baseline.map((value) =>
    typeof value === 'number' ? value + sign * (relative * Math.abs(value) + absolute) : value
  );
}
