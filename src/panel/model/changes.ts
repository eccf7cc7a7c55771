import { type DataFrame, FieldType } from '@grafana/data';
import { CHANGE_COLUMNS, CHANGE_KINDS, type ChangeKind as KnownKind } from '../../contract/constants.gen';
import { hasColumns, readRows } from '../frames/rows';

/** What happened: the flag itself changed, its allocation moved, or something that another source reports. */
export type ChangeKind = KnownKind | 'other';

/** A moment, or a stretch where `end` is set, that the time axis marks. */
export interface Change {
  /** Milliseconds since the epoch. */
  time: number;
  end: number | null;
  kind: ChangeKind;
  /** A few words, and the whole story. */
  title: string;
  text: string;
  /** The annotation's own colour, for those of other sources. */
  color: string | null;
}

/** The contract's columns, and the annotation's own colour. */
const COLUMNS = { ...CHANGE_COLUMNS, color: 'string' } as const;

function tagsOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.filter((tag) => typeof tag === 'string');
  }
  return typeof value === 'string' ? value.split(',').map((tag) => tag.trim()) : [];
}

/** Grafana keeps of an annotation the usual fields alone, so that a change's kind arrives among its tags. */
function kindOf(kind: string, tags: readonly string[]): ChangeKind {
  return CHANGE_KINDS.find((known) => kind === known || tags.includes(known)) ?? 'other';
}

/** True for a frame of annotations: it names times and says something of each. */
function isChangeFrame(frame: DataFrame): boolean {
  const time = frame.fields.find(({ name }) => name === 'time');
  const says = hasColumns(frame, ['text']) && (hasColumns(frame, ['title']) || hasColumns(frame, ['tags']));
  return time?.type === FieldType.time && says;
}

/** The changes in frames, ascending, each once. */
export function changesOf(frames: readonly DataFrame[]): Change[] {
  const found = new Map<string, Change>();
  for (const frame of frames.filter(isChangeFrame)) {
    // A list of tags where Grafana prepared the annotation, else text.
    const tags: unknown[] = frame.fields.find(({ name }) => name === 'tags')?.values ?? [];
    readRows(frame, COLUMNS).forEach(({ time, timeEnd: end, kind, title, text, color }, index) => {
      if (time !== null) {
        found.set(JSON.stringify([time, title, text]), {
          time,
          end: end !== null && end > time ? end : null,
          kind: kindOf(kind, tagsOf(tags[index])),
          title,
          text,
          color: color || null,
        });
      }
    });
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}
