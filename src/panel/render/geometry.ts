import { formatTick } from '../format/numbers';
import { type PixelPoint } from '../model/placement';
import { toPixel } from '../model/scale';
import { PLOT_INSET } from './buildTracks';
import { type Track } from './track';

/** Where the tracks lie, in pixels from the top left of their block. */
export interface Geometry {
  /** Of every plot: its left edge and width. */
  left: number;
  plotWidth: number;
  /** The whole drawing of a track with its axis, and room at its right for the last time's text. */
  trackWidth: number;
  bleed: number;
  /** The top of each track, in order. */
  tops: number[];
  /** The bottom of the last plot, where the time axis begins. */
  bottom: number;
}

const CHARACTER = 6.7;
const AXIS_PADDING = 14;
const MIN_AXIS = 34;
/** Half of a time with seconds, the longest text below the end of the axis, and its smoothed edge. */
const BLEED = Math.ceil(('HH:mm:ss'.length * CHARACTER) / 2) + 2;

/** The width that the widest tick of all tracks needs. */
export function axisWidth(tracks: readonly Track[]): number {
  const longest = tracks
    .flatMap(({ ticks, unit }) => ticks.values.map((value) => formatTick(value, ticks.increment, unit).length))
    .reduce((most, length) => Math.max(most, length), 0);
  return Math.max(MIN_AXIS, Math.ceil(longest * CHARACTER) + AXIS_PADDING);
}

/** Lays tracks under each other below the lane of the changes, each below its title. */
export function geometryOf(
  tracks: readonly Track[],
  { width, left, right, title, lane }: { width: number; left: number; right: number; title: number; lane: number }
): Geometry {
  const tops: number[] = [];
  let top = lane;
  for (const track of tracks) {
    top += title;
    tops.push(top);
    top += track.height;
  }
  const plotWidth = Math.max(10, width - left - right);
  const bleed = Math.min(right, BLEED);
  return { left, plotWidth, trackWidth: left + plotWidth + bleed, bleed, tops, bottom: top - PLOT_INSET };
}

/** The horizontal place of a time, pixels from the left of the block. */
export function timeToX(time: number, geometry: Geometry, from: number, to: number): number {
  return geometry.left + ((time - from) / (to - from)) * geometry.plotWidth;
}

/** The vertical place of a value in a track, pixels from the top of the block. */
export function valueToY(value: number, track: Track, top: number): number {
  return top + PLOT_INSET + toPixel(value, track.scale, track.height - 2 * PLOT_INSET);
}

/** The points of the lines that a tooltip should not cover. */
export function importantPoints(
  tracks: readonly Track[],
  geometry: Geometry,
  times: readonly number[],
  from: number,
  to: number
): PixelPoint[] {
  const index = tracks.findIndex(({ id }) => id === 'main');
  const track = tracks[index];
  const top = geometry.tops[index];
  if (!track || top === undefined) {
    return [];
  }
  return track.lines
    .filter(({ important }) => important)
    .flatMap(({ points }) =>
      points.flatMap((value, i): PixelPoint[] => {
        const time = times[i];
        return typeof value === 'number' && time !== undefined
          ? [{ x: timeToX(time, geometry, from, to), y: valueToY(value, track, top) }]
          : [];
      })
    );
}
