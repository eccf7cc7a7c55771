import { formatDuration } from '../format/numbers';
import { type Verdict } from '../frames/verdicts';

/** How old the rollout is at the time `now`, and at what share: `6 h 12 m at 50%`; empty where neither is known. */
export function rolloutWords({ rolloutStart, since, share, shareExpected }: Verdict, now: number): string {
  const start = rolloutStart ?? since;
  const part = shareExpected ?? share;
  return [
    start === null || start > now ? '' : formatDuration(now - start),
    part === null ? '' : `at ${Number((part * 100).toFixed(1))}%`,
  ]
    .filter((words) => words !== '')
    .join(' ');
}
