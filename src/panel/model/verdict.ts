import { type State, STATES } from '../../contract/constants.gen';
import { type Verdict } from '../frames/verdicts';
import { type Subject } from './subjects';

/** Whether a verdict is about the subject: of its flag, and of its group where the subject is one. */
export function isAbout(subject: Subject, { flag, group }: Pick<Verdict, 'flag' | 'group'>): boolean {
  return flag === subject.flag && Object.entries(subject.group).every(([name, value]) => group[name] === value);
}

function rankOf(state: State): number {
  return STATES.indexOf(state);
}

/** How far a difference lies towards worse, in multiples of its own margin; 0 where that cannot be said. */
function damageOf(verdict: Verdict): number {
  return inMargins(verdict, verdict.difference) ?? 0;
}

/** Verdicts from the most damaging to the least: by state, then by evidence, then by the difference in margins. */
export function byDamage(verdicts: readonly Verdict[]): Verdict[] {
  return [...verdicts].sort(
    (a, b) => rankOf(a.state) - rankOf(b.state) || (b.evidence ?? 0) - (a.evidence ?? 0) || damageOf(b) - damageOf(a)
  );
}

/** A difference in multiples of the verdict's own margin, positive towards worse; null without a margin. */
export function inMargins(
  { margin, direction }: Pick<Verdict, 'margin' | 'direction'>,
  difference: number | null
): number | null {
  if (difference === null || margin === null || margin === 0 || direction === 'neutral') {
    return null;
  }
  return ((direction === 'higher' ? -1 : 1) * difference) / margin;
}

/** The interval in multiples of the margin, from better to worse; open ends are infinite. */
export interface MarginInterval {
  low: number;
  high: number;
  /** The difference itself; null where it is not known. */
  at: number | null;
}

/**
 * The interval of a verdict for the column of intervals, or null where it has none to draw. Where nothing worse is
 * tolerated, the margin line is the line of no difference, and the interval takes a margin's width on either side.
 */
export function intervalInMargins(verdict: Verdict): MarginInterval | null {
  const { lower, upper, difference, margin } = verdict;
  if (lower === null && upper === null) {
    return null;
  }
  const span = Math.max(...[lower, upper, difference].map((end) => finiteSize(end)));
  const scaled = margin === 0 ? { ...verdict, margin: span } : verdict;
  const shift = margin === 0 ? 1 : 0;
  const place = (end: number | null) => {
    const multiple = inMargins(scaled, end);
    return multiple === null ? null : multiple + shift;
  };
  const [a, b] = [place(lower ?? -Infinity), place(upper ?? Infinity)];
  return a === null || b === null ? null : { low: Math.min(a, b), high: Math.max(a, b), at: place(difference) };
}

function finiteSize(value: number | null): number {
  return value !== null && Number.isFinite(value) ? Math.abs(value) : 0;
}
