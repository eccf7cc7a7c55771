import { type DataFrame, FieldType } from '@grafana/data';
import { toNumberOrNull } from '../frames/series';

/** What happened: the flag itself changed, its allocation moved, or something that another source reports. */
export type ChangeKind = 'flag' | 'allocation' | 'other';

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

const ALLOCATION_TAG = 'allocation';
const FLAG_TAG = 'flag';

function tagsOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.filter((tag) => typeof tag === 'string');
  }
  return typeof value === 'string' ? value.split(',').map((tag) => tag.trim()) : [];
}

/** Grafana keeps of an annotation the usual fields alone, so that a change's kind arrives among its tags. */
function kindOf(kind: unknown, tags: readonly string[]): ChangeKind {
  if (kind === ALLOCATION_TAG || tags.includes(ALLOCATION_TAG)) {
    return 'allocation';
  }
  return kind === FLAG_TAG || tags.includes(FLAG_TAG) ? 'flag' : 'other';
}

/** True for a frame of annotations: it names times and says something of each. */
function isChangeFrame(frame: DataFrame): boolean {
  const names = new Set(frame.fields.map(({ name }) => name));
  const time = frame.fields.find(({ name }) => name === 'time');
  return time?.type === FieldType.time && names.has('text') && (names.has('title') || names.has('tags'));
}

/** The changes in frames, ascending, each once. */
export function changesOf(frames: readonly DataFrame[]): Change[] {
  const found = new Map<string, Change>();
  for (const frame of frames.filter(isChangeFrame)) {
    const cell = (name: string, index: number): unknown =>
      frame.fields.find((field) => field.name === name)?.values[index];
    const text = (name: string, index: number): string => {
      const value = cell(name, index);
      return typeof value === 'string' ? value : '';
    };
    for (let index = 0; index < frame.length; index++) {
      const time = toNumberOrNull(cell('time', index));
      if (time === null) {
        continue;
      }
      const end = toNumberOrNull(cell('timeEnd', index));
      const change: Change = {
        time,
        end: end !== null && end > time ? end : null,
        kind: kindOf(cell('kind', index), tagsOf(cell('tags', index))),
        title: text('title', index),
        text: text('text', index),
        color: text('color', index) || null,
      };
      found.set(JSON.stringify([time, change.title, change.text]), change);
    }
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}
