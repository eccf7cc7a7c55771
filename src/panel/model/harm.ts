import { type State } from '../../contract/constants.gen';
import { type Verdict } from '../frames/verdicts';
import { changeOf } from './rows';

/** What a difference may be painted as, by what the verdict on its signal says; what is noise has no colour. */
export interface Tinted {
  worse: boolean;
  better: boolean;
}

const BOTH: Tinted = { worse: true, better: true };
const NONE: Tinted = { worse: false, better: false };

/** What each state says of all values together. */
const BY_STATE: Record<State, Tinted> = {
  regressed: { worse: true, better: false },
  improved: { worse: false, better: true },
  inconclusive: NONE,
  'within margin': NONE,
  withheld: NONE,
  'insufficient data': NONE,
  'not read': NONE,
  'no data': NONE,
};

/** The verdict on a signal of a feature. */
export function verdictOn(verdicts: readonly Verdict[], signal: string, variant: string): Verdict | null {
  return verdicts.find((verdict) => verdict.signal === signal && verdict.variant === variant) ?? null;
}

/** Whether a state says so much that a picture may tell better from worse. */
function decides(state: State): boolean {
  return state === 'regressed' || state === 'improved' || state === 'inconclusive' || state === 'within margin';
}

/** Whether the margin is one of the values themselves, and not of a share above a bucket's edge. */
export function marginOfValues({ margin, unit, differenceUnit, direction }: Verdict): boolean {
  return margin !== null && unit === differenceUnit && direction !== 'neutral';
}

/**
 * Which sides of the baseline are shaded for a signal: none while its verdict is withheld or has too little to go by, and
 * of a histogram the side that its verdict is about. Without verdicts both are, and nothing is called beyond a margin.
 */
export function shadesOf(verdict: Verdict | null): Tinted {
  if (verdict === null) {
    return BOTH;
  }
  return marginOfValues(verdict) && decides(verdict.state) ? BOTH : BY_STATE[verdict.state];
}

/** How much worse than a baseline's value is tolerated: the verdict's margin, in the unit of the values. */
export function toleratedAt(
  { margin, marginRelative, marginAbsolute, baselineValue }: Verdict,
  baseline: number
): number {
  const relative = baselineValue === null ? 0 : (marginRelative ?? 0);
  return (
    relative * Math.abs(baseline) +
    (marginAbsolute ?? Math.max(0, (margin ?? 0) - relative * Math.abs(baselineValue ?? 0)))
  );
}

/**
 * Whether one difference is to be called worse or better: beyond the margin where that is one of the values, else where the
 * verdict says so of the whole. Noise is neither.
 */
export function harmOf(
  verdict: Verdict | null,
  baseline: number | null,
  difference: number | null
): 'worse' | 'better' | null {
  if (verdict === null || difference === null || !decides(verdict.state)) {
    return null;
  }
  const change = changeOf(difference, verdict.direction);
  if (change === null) {
    return null;
  }
  if (marginOfValues(verdict) && baseline !== null) {
    return Math.abs(difference) > toleratedAt(verdict, baseline) ? change : null;
  }
  return BY_STATE[verdict.state][change] ? change : null;
}
