import { type Verdict } from '../frames/verdicts';

/** How much of a rollout's length is shown before and after it. */
const AROUND = 0.1;
/** The least that is shown around it, milliseconds. */
const LEAST = 10 * 60_000;

/**
 * The range in which a flag was seen last, where nothing of it arrives any more: from the beginning of its rollout, with
 * some time around it. Null where it still arrives, or where nothing says when it did.
 */
export function lastRolloutOf(verdicts: readonly Verdict[], length: number): { from: number; to: number } | null {
  const last = verdicts.find(({ lastSeen }) => lastSeen !== null);
  if (last?.lastSeen == null) {
    return null;
  }
  const start = Math.min(last.rolloutStart ?? last.since ?? last.lastSeen - length, last.lastSeen);
  const around = Math.max(LEAST, (last.lastSeen - start) * AROUND);
  return { from: Math.round(start - around), to: Math.round(last.lastSeen + around) };
}
