import { formatDuration } from '../format/numbers';
import { type Verdict } from '../frames/verdicts';

/**
 * How old the rollout is at the time `now`, and at what share: `6 h 12 m at 50%`; empty where neither is known. A verdict
 * knows the share of its own two variants; `ofWhole` is that of all requests, where there are more variants.
 */
export function rolloutWords(
  { rolloutStart, since, share, shareExpected }: Verdict,
  now: number,
  ofWhole: number | null = null
): string {
  const start = rolloutStart ?? since;
  const part = ofWhole ?? shareExpected ?? share;
  return [
    start === null || start > now ? '' : formatDuration(now - start),
    part === null ? '' : `at ${Number((part * 100).toFixed(1))}%`,
  ]
    .filter((words) => words !== '')
    .join(' ');
}
