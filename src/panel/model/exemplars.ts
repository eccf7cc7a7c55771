import { type DataFrame } from '@grafana/data';
import { type Exemplar, readExemplars } from '../frames/exemplars';
import { type Subject } from './subjects';

/** An exemplar and where its mark lies, as parts of the track: 0..1 from its left and from its top. */
export interface PlacedExemplar {
  exemplar: Exemplar;
  x: number;
  y: number;
  /** On which side it lies beyond the axis, so that the mark stands at its edge. */
  beyond: 'above' | 'below' | null;
}

/** What the marks are drawn on. */
interface Place {
  signal: string;
  hidden: ReadonlySet<string>;
  from: number;
  to: number;
  scale: { min: number; max: number };
}

/** The exemplars of all frames, in the order of time. */
export function exemplarsOf(frames: readonly DataFrame[]): Exemplar[] {
  return frames.flatMap(readExemplars).sort((a, b) => a.time - b.time);
}

/** Whether an exemplar is one of a subject's. A label that it does not carry tells nothing against it. */
function isOf(subject: Subject, { flag, labels }: Exemplar): boolean {
  return (
    flag === subject.flag &&
    Object.entries(subject.group).every(([name, value]) => labels[name] === undefined || labels[name] === value)
  );
}

/** The marks of a signal's track, in the order of time: those of the subject and of lines that are shown. */
export function placeExemplars(exemplars: readonly Exemplar[], subject: Subject, place: Place): PlacedExemplar[] {
  const { signal, hidden, from, to, scale } = place;
  return exemplars
    .filter((one) => one.signal === signal && one.time >= from && one.time <= to)
    .filter((one) => !hidden.has(one.variant) && isOf(subject, one))
    .map((exemplar) => {
      const height = (exemplar.value - scale.min) / (scale.max - scale.min);
      return {
        exemplar,
        x: (exemplar.time - from) / (to - from),
        y: 1 - Math.min(1, Math.max(0, height)),
        beyond: height > 1 ? 'above' : height < 0 ? 'below' : null,
      };
    });
}
