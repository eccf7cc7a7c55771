import { type PreviewResource, type PreviewRow } from '../../contract/contract.gen';

/** A line of the table: a stat of a signal, with a text for each variant, or the reason why there is none. */
export interface PreviewLine {
  key: string;
  name: string;
  stat: string;
  judged: boolean;
  /** By variant. */
  values: Record<string, string>;
  messages: string[];
}

/** The preview as a table, in the order of the answer. */
export interface PreviewTable {
  /** The baseline first, as the rows have them. */
  variants: string[];
  lines: PreviewLine[];
}

function lineOf(rows: PreviewRow[], key: string): PreviewLine {
  const [first] = rows;
  const messages = rows.flatMap(({ message }) => (message === undefined || message === '' ? [] : [message]));
  return {
    key,
    name: first?.name ?? '',
    stat: first?.stat ?? '',
    judged: first?.judged ?? false,
    values: Object.fromEntries(rows.flatMap(({ variant, text }) => (variant && text ? [[variant, text]] : []))),
    messages: [...new Set(messages)],
  };
}

/** Lays the rows of a preview out by signal and stat, and by variant. */
export function previewTable({ rows }: PreviewResource): PreviewTable {
  const lines = new Map<string, PreviewRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.signal, row.stat ?? '']);
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  return {
    variants: [...new Set(rows.flatMap(({ variant }) => (variant ? [variant] : [])))],
    lines: [...lines].map(([key, of]) => lineOf(of, key)),
  };
}
