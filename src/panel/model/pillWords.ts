import { type Verdict } from '../frames/verdicts';

/** One way to say the panel's sentence: the strong first words, the rest, and what is said behind in smaller letters. */
export interface PillWords {
  title: string;
  detail: string;
  tags: string;
}

/** A verdict's sentence from the longest to the shortest; each but the first leaves something out, the number last of all. */
export function verdictWords({ words, variant }: Verdict, several: boolean, asOf: string): PillWords[] {
  const prefix = several ? `${variant}, ` : '';
  const tags = [asOf, words.tags].filter((part) => part !== '').join(', ');
  const say = (detail: string, title = words.lead, behind = ''): PillWords => ({ title, detail, tags: behind });
  const details = [words.detail, words.detailShort, words.detailLeast].map((detail) => `${prefix}${detail}`);
  return unique([
    ...details.slice(0, 1).map((detail) => say(detail, words.lead, tags)),
    ...(asOf === '' ? [] : details.map((detail) => say(detail, words.lead, asOf))),
    ...details.map((detail) => say(detail)),
    ...(words.difference === '' ? [say('')] : [say(words.difference), say(words.difference, '')]),
  ]);
}

function unique(all: readonly PillWords[]): PillWords[] {
  return [...new Map(all.map((words) => [JSON.stringify(words), words])).values()];
}

/** A sentence of two parts, whole and as its second part alone. */
export function statusWords(title: string, detail: string): PillWords[] {
  const whole = { title, detail, tags: '' };
  return detail === '' ? [whole] : [whole, { title: detail, detail: '', tags: '' }];
}

/** How much more room longer words need than they are wide, in pixels, before they take the place of those that are shown. */
const SLACK = 12;

/**
 * Which words fit, by their widths: the longest that do. Longer ones than those that are shown need some room to spare, so
 * that a number with another digit does not make the sentence jump between two lengths.
 */
export function fitting(widths: readonly number[], room: number, shown: number | null): number {
  const found = widths.findIndex((width, index) => width <= room - (shown !== null && index < shown ? SLACK : 0));
  return found < 0 ? widths.length - 1 : found;
}
