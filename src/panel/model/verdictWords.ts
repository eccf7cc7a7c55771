import {
  formatCount,
  formatDifference,
  formatDuration,
  formatInterval,
  formatSplit,
  type ValueStyle,
} from '../format/numbers';
import { type Verdict, type VerdictState } from '../frames/verdicts';
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
/** Counts that scatter no more than this are as even as independent ones. */
const EVEN = 1.05;
/** The values decide the decimals of their difference; of shares that are not shown the interval's width does. */
function styleOf({ unit, differenceUnit, difference, lower, upper }: Verdict): ValueStyle {
  if (unit === differenceUnit) {
    return { unit };
  }
  const width = lower !== null && upper !== null && Number.isFinite(upper - lower) ? upper - lower : difference;
  const percent = Math.abs(width ?? 0) * 100;
  return {
    unit: differenceUnit,
    decimals: percent > 0 ? Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(percent)))) : undefined,
  };
}

/** What the difference lies between: the values, or the shares above a histogram's edge. */
function operandsOf(verdict: Verdict): Array<number | null> {
  const { unit, differenceUnit, baselineValue, variantValue, countBaseline, countVariant } = verdict;
  if (unit === differenceUnit) {
    return [baselineValue, variantValue];
  }
  return [part(verdict.badBaseline, countBaseline), part(verdict.badVariant, countVariant)];
}

function part(of: number | null, whole: number | null): number | null {
  return of === null || whole === null || whole === 0 ? null : of / whole;
}

/** The difference and its interval, written alike: `+38 ms`, `+21 to +55`. */
export function differenceWords(verdict: Verdict): { difference: string; interval: string } {
  const { difference, lower, upper } = verdict;
  return {
    difference: formatDifference(difference, styleOf(verdict), operandsOf(verdict)),
    interval: formatInterval(lower, upper, styleOf(verdict), operandsOf(verdict)),
  };
}

/** A number that somebody chose, with no more digits than it has: `10%`, `0.25 pp`, `50 ms`. */
function setting(value: number, unit: string): string {
  return formatDifference(value, { unit }, [])
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}

/** How much worse is tolerated: `+10%`, `+0.25 pp`, both, `−5%` where higher is better; empty where nothing is said. */
export function marginWords(verdict: Verdict): string {
  const { margin, marginRelative, marginAbsolute, direction, differenceUnit } = verdict;
  const sign = direction === 'higher' ? -1 : 1;
  const relative =
    (marginRelative ?? 0) > 0 ? setting(sign * (marginRelative ?? 0), 'percentunit').replace(' pp', '%') : '';
  const rest = marginAbsolute ?? (relative === '' ? margin : null) ?? 0;
  const absolute = rest > 0 ? setting(sign * rest, differenceUnit) : '';
  const parts = [relative, absolute].filter((words) => words !== '');
  return parts.length > 0 ? parts.join(' and ') : margin === null && marginAbsolute === null ? '' : 'none';
}

/** The edge that a histogram's verdict counts from: `over 250 ms`; empty for anything else. */
export function edgeWords({ edge, unit }: Pick<Verdict, 'edge' | 'unit'>): string {
  return edge === null ? '' : `over ${setting(edge, unit).replace(/^\+/, '')}`;
}

/** What a row of verdicts is called: `latency p95`, `errors`. */
export function verdictLabel({ signal, stat }: Pick<Verdict, 'signal' | 'stat'>): string {
  return statLabel(signalLabel(signal), stat);
}

/** What the difference is of: a histogram's is the share above its edge. */
function subjectOf(verdict: Verdict): string {
  const over = edgeWords(verdict);
  return over === '' ? verdictLabel(verdict) : `${signalLabel(verdict.signal)} ${over}`;
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
      return named(mismatchWords(verdict) ?? signalLabel(verdict.signal));
    case 'no data':
      return named(signalLabel(verdict.signal));
    case 'insufficient data':
      return named(soFar(verdict));
    default: {
      const margin = marginWords(verdict);
      const size = `${subjectOf(verdict)} ${difference}${interval === '' ? '' : ` (${interval})`}`;
      return named(short || margin === '' ? size : `${size}, margin ${margin}`);
    }
  }
}

function soFar(verdict: Verdict): string {
  const { countBaseline, countVariant, signal } = verdict;
  const count = (countBaseline ?? 0) + (countVariant ?? 0);
  return `${signalLabel(signal)}, ${count === 0 ? 'nothing' : formatCount(count)} so far`;
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
  return state === 'regressed' && live !== state ? `now ${live}` : '';
}

function countsWords({ countBaseline, countVariant, baseline, variant }: Verdict): string {
  if (countBaseline === null || countVariant === null) {
    return '';
  }
  const [a, b] = [formatCount(countBaseline), formatCount(countVariant)];
  return a === b ? `${a} of each variant` : `${a} of ${baseline} and ${b} of ${variant}`;
}

function many(count: number | null, one: string, several: string): string {
  return count === null || count === 0 ? '' : count === 1 ? `one ${one}` : `${formatCount(count)} ${several}`;
}

/** A sentence of several parts, without those that are empty; nothing where all are. */
function sentence(parts: string[], glue: string): string {
  const known = parts.filter((words) => words !== '');
  const text = known.join(glue);
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What the verdict says after its headline; where the backend says no more, what its numbers say. */
export function explanation(verdict: Verdict, now: number): string {
  const { headline, reason, level, observational } = verdict;
  if (reason.startsWith(headline) && reason.length > headline.length) {
    return reason.slice(headline.length).trim();
  }
  const counts = countsWords(verdict);
  const forecast = forecastWords(verdict, now);
  return [
    forecast === '' ? '' : `At the present rate it can be decided ${forecast}.`,
    liveWords(verdict) === '' ? '' : `It stands until a new rollout begins; ${liveWords(verdict)}.`,
    counts === '' ? '' : `Rests on ${counts}.`,
    level === null || level === 0 ? '' : `The interval is at ${percent(level)} and holds at every look.`,
    observational ? 'Observational: the variants were targeted, not drawn by lot.' : '',
  ]
    .filter((words) => words !== '')
    .join(' ');
}

/** The figures behind a verdict: how long, how many processes, how evenly, by which profile. */
export function figures({ ticks, processes, dispersion, profile, reason }: Verdict): string {
  return sentence(
    [
      [many(ticks, 'minute', 'minutes'), many(processes, 'process', 'processes')]
        .filter((words) => words !== '')
        .join(' of '),
      dispersion !== null && dispersion > EVEN && !reason.includes('scatter')
        ? `counts scatter ${dispersion.toFixed(1)} times as much as independent ones`
        : '',
      profile === '' ? '' : `profile ${profile}`,
    ],
    '; '
  );
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
