import {
  formatCount,
  formatDifference,
  formatDuration,
  formatInterval,
  formatSplit,
  formatValue,
  type ValueStyle,
} from '../../shared/format';
import { quantileOf } from '../../shared/frames';
import { type Verdict, type VerdictState } from '../../shared/verdicts';
import { signalLabel } from './signals';
import { statLabel } from './stats';

/** A verdict as people say it. */
export const STATE_WORDS: Record<VerdictState, string> = {
  regressed: 'Regressed',
  improved: 'Improved',
  'within margin': 'Within margin',
  inconclusive: 'Inconclusive',
  'insufficient data': 'Insufficient data',
  withheld: 'Withheld',
  'no data': 'No data',
};

const HOUR = 60 * 60 * 1000;
/** The difference of the absolute part of a margin from nothing, as a part of the margin. */
const SAME = 0.005;

function styleOf({ unit }: Verdict): ValueStyle {
  return { unit };
}

function operands({ baselineValue, variantValue }: Verdict): Array<number | null> {
  return [baselineValue, variantValue];
}

/** The difference and its interval, written alike: `+38 ms`, `+21 to +55`. */
export function differenceWords(verdict: Verdict): { difference: string; interval: string } {
  const { difference, lower, upper } = verdict;
  return {
    difference: formatDifference(difference, styleOf(verdict), operands(verdict)),
    interval: formatInterval(lower, upper, styleOf(verdict), operands(verdict)),
  };
}

/** How much worse is tolerated: `+10%`, `+0.25 pp`, `−5%` where higher is better; empty where nothing is said. */
export function marginWords(verdict: Verdict): string {
  const { margin, marginRelative, direction, baselineValue } = verdict;
  const sign = direction === 'higher' ? -1 : 1;
  if (margin === null) {
    return '';
  }
  const relative = marginRelative ?? 0;
  const ofBaseline = relative * Math.abs(baselineValue ?? 0);
  if (relative > 0 && (baselineValue === null || Math.abs(margin - ofBaseline) <= SAME * margin)) {
    const percent = formatValue(relative, { unit: 'percentunit', decimals: relative < 0.01 ? 1 : 0 });
    return `${sign < 0 ? '\u2212' : '+'}${percent}`;
  }
  return margin === 0 ? 'none' : formatDifference(sign * margin, styleOf(verdict), operands(verdict));
}

/** What a row of verdicts is called: `latency p95`, `errors`. */
export function verdictLabel({ signal, stat }: Pick<Verdict, 'signal' | 'stat'>): string {
  return statLabel(signalLabel(signal), stat);
}

/** Shorter where only one signal has quantiles: its p95 is the p95. */
function shortLabel(verdict: Verdict, all: readonly Verdict[]): string {
  const others = all.some(({ signal, stat }) => quantileOf(stat) !== null && signal !== verdict.signal);
  return quantileOf(verdict.stat) !== null && !others ? verdict.stat : verdictLabel(verdict);
}

/** What the pill says: the state as a word, and what it is about. */
export interface PillWords {
  word: string;
  detail: string;
}

/**
 * The pill's words for a verdict among `all` of the panel's. `short` leaves the margin out; a variant is named where
 * there are several.
 */
export function pillWords(verdict: Verdict, all: readonly Verdict[], short: boolean): PillWords {
  const word = STATE_WORDS[verdict.state];
  const several = new Set(all.map(({ variant }) => variant)).size > 1;
  const named = (detail: string) => ({ word, detail: several ? `${verdict.variant}, ${detail}` : detail });
  const { difference, interval } = differenceWords(verdict);
  switch (verdict.state) {
    case 'withheld':
      return named(mismatchWords(verdict) ?? verdict.reason);
    case 'no data':
    case 'insufficient data':
      return named(verdict.reason === '' ? verdictLabel(verdict) : verdict.reason);
    default: {
      const margin = marginWords(verdict);
      const size = `${shortLabel(verdict, all)} ${difference}${interval === '' ? '' : ` (${interval})`}`;
      return named(short || margin === '' ? size : `${size}, margin ${margin}`);
    }
  }
}

/** The split that was seen against the one that was set, or null where they do not contradict each other. */
export function mismatchWords({ share, shareExpected, shareState }: Verdict): string | null {
  if (shareState !== 'mismatch' || share === null || shareExpected === null) {
    return null;
  }
  return `${formatSplit([1 - share, share])} against ${formatSplit([1 - shareExpected, shareExpected])} allocated`;
}

/** When a verdict that is open could be reached; empty where nothing is known. `now` in milliseconds. */
export function forecastWords({ forecast, state }: Verdict, now: number): string {
  const open = state === 'inconclusive' || state === 'insufficient data';
  return open && forecast !== null && forecast > now ? `in about ${formatDuration(roughly(forecast - now))}` : '';
}

/** A forecast is no timetable: it is given to the hour, ten minutes or minute, by its length. */
function roughly(milliseconds: number): number {
  const unit = milliseconds > 5 * HOUR ? HOUR : milliseconds > HOUR ? HOUR / 6 : HOUR / 60;
  return Math.max(unit, Math.round(milliseconds / unit) * unit);
}

/** What the live evidence says where it differs from what stands: a regression that has passed, until the rollout ends. */
export function liveWords({ state, live }: Verdict): string {
  return state === live ? '' : `now ${live}`;
}

function countsWords({ countBaseline, countVariant, baseline, variant }: Verdict): string {
  if (countBaseline === null || countVariant === null) {
    return '';
  }
  const [a, b] = [formatCount(countBaseline), formatCount(countVariant)];
  return a === b ? `${a} requests each` : `${a} requests of ${baseline}, ${b} of ${variant}`;
}

function plural(count: number, one: string): string {
  return `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** What a verdict rests on, in sentences. `clock` writes a time. */
export function restsOn(verdict: Verdict, clock: (time: number) => string): string[] {
  const { since, ticks, processes, level, dispersion, profile } = verdict;
  const start = since ?? verdict.rolloutStart;
  const counted = [
    countsWords(verdict),
    start === null ? '' : `since ${clock(start)}`,
    ticks === null ? '' : `in ${plural(ticks, 'tick')}`,
    processes === null ? '' : `of ${processes === 1 ? 'one process' : `${formatCount(processes)} processes`}`,
  ].filter((part) => part !== '');
  const sentences = counted.length > 0 ? [`${counted.join(' ')}.`] : [];
  if (level !== null) {
    sentences.push(`Intervals are ${percent(level)} and hold however often you look.`);
  }
  if (dispersion !== null && dispersion > 1.05) {
    sentences.push(`Counts vary ${dispersion.toFixed(1)} times as much as independent requests would.`);
  }
  if (profile !== '') {
    sentences.push(`Profile ${profile}.`);
  }
  return sentences;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
