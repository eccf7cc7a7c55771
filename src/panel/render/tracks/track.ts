import { type AreaRun } from '../../model/areas';
import { type Scale } from '../../model/scale';
import { type ThresholdLine } from '../../model/thresholds';
import { type Ticks } from '../../model/ticks';
import { type Point } from '../../model/timeline';
import { type Marker } from '../base';

/** Which of the panel's tracks. */
export type TrackId = 'main' | 'errors' | 'traffic';

/** One line as it is drawn. */
export interface DrawnLine {
  key: string;
  /** Name and statistic, for labels. */
  variant: string;
  stat: string;
  points: Point[];
  color: string;
  width: number;
  dash?: number[];
  marker: Marker;
  /** The line that tooltips keep clear of. */
  important: boolean;
}

/** A shaded area: worse is red, beyond the margin hatched as well, better is teal. */
export interface DrawnArea {
  run: AreaRun;
  kind: 'worse' | 'beyond' | 'better';
}

/** How much worse than the baseline is tolerated, over time. */
export interface MarginLine {
  variant: string;
  points: Point[];
}

/** A limit too far away for a line: what is written where the axis ends. */
export interface FarLimit {
  end: 'above' | 'below';
  text: string;
  /** A colour name or code; muted without one. */
  color?: string;
}

/** A filled band of the traffic stack. */
export interface DrawnBand {
  variant: string;
  bottom: Array<number | null>;
  top: Array<number | null>;
  color: string;
}

/** A track, ready to be drawn: nothing in it depends on its place on the screen. */
export interface Track {
  id: TrackId;
  title: string;
  /** What the title adds in small print. */
  hint: string;
  unit?: string;
  scale: Scale;
  ticks: Ticks;
  lines: DrawnLine[];
  areas: DrawnArea[];
  bands: DrawnBand[];
  margins: MarginLine[];
  /** Bucket edges from which on a verdict counts an observation as slow. */
  edges: number[];
  /** Whether lines are named in the plot, where it is large enough. */
  named: boolean;
  thresholds: ThresholdLine[];
  far: FarLimit[];
  height: number;
}
