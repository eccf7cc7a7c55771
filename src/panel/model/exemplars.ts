import { type DataFrame } from '@grafana/data';
import { type Exemplar, readExemplars } from '../frames/exemplars';
import { pixelScale, type Scale } from './scale';
import { type Subject } from './subjects';
import { type TimeAxis } from './timeAxis';

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
  axis: TimeAxis;
  scale: Scale;
}

/** The exemplars of all frames, in the order of time. */
export function exemplarsOf(frames: readonly DataFrame[]): Exemplar[] {
  return frames.flatMap(readExemplars).sort((a, b) => a.time - b.time);
}

/** Whether an exemplar is one of a subject's. A label that it does not carry says nothing against it. */
function isOf(subject: Subject, { flag, labels }: Exemplar): boolean {
  return (
    flag === subject.flag &&
    Object.entries(subject.group).every(([name, value]) => labels[name] === undefined || labels[name] === value)
  );
}

/** The marks of a signal's track, in the order of time: those of the subject and of lines that are shown. */
export function placeExemplars(exemplars: readonly Exemplar[], subject: Subject, place: Place): PlacedExemplar[] {
  const { signal, hidden, axis, scale } = place;
  const x = axis.pixels(0, 1);
  const y = pixelScale(scale, 1).clamp(true);
  return exemplars
    .filter((one) => one.signal === signal && axis.shows(one.time))
    .filter((one) => !hidden.has(one.variant) && isOf(subject, one))
    .map((exemplar) => ({
      exemplar,
      x: x(exemplar.time),
      y: y(exemplar.value),
      beyond: exemplar.value > scale.max ? 'above' : exemplar.value < scale.min ? 'below' : null,
    }));
}
