import { type ScaleLinear } from 'd3';
import { formatTick } from '../../format/numbers';
import { PLOT_INSET } from '../../model/heights';
import { type PixelPoint } from '../../model/placement';
import { pixelScale } from '../../model/scale';
import { type TimeAxis } from '../../model/timeAxis';
import { type Track } from './track';

/** A track and where it lies, in pixels from the top of the block of tracks. */
export interface PlacedTrack {
  track: Track;
  top: number;
  /** The vertical place of a value. */
  y: ScaleLinear<number, number>;
}

/** Where the tracks lie, in pixels from the top left of their block. */
export interface Geometry {
  /** Of every plot: its left edge and width. */
  left: number;
  plotWidth: number;
  /** The whole drawing of a track with its axis, and room at its right for the last time's text. */
  trackWidth: number;
  bleed: number;
  /** The tracks from top to bottom. */
  rows: PlacedTrack[];
  /** The top of the first plot, and the bottom of the last one, where the time axis begins. */
  top: number;
  bottom: number;
  /** The horizontal place of a time. */
  x: ScaleLinear<number, number>;
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

interface Room {
  width: number;
  /** What stands beside the plots. */
  left: number;
  right: number;
  /** Height of a title above each track, and of the lane of the changes above all. */
  title: number;
  lane: number;
}

/** Lays tracks under each other below the lane of the changes, each below its title. */
export function geometryOf(
  tracks: readonly Track[],
  axis: TimeAxis,
  { width, left, right, title, lane }: Room
): Geometry {
  const rows: PlacedTrack[] = [];
  let top = lane;
  for (const track of tracks) {
    top += title;
    rows.push({ track, top, y: pixelScale(track.scale, top + track.height - PLOT_INSET, top + PLOT_INSET) });
    top += track.height;
  }
  const plotWidth = Math.max(10, width - left - right);
  const bleed = Math.min(right, BLEED);
  return {
    left,
    plotWidth,
    trackWidth: left + plotWidth + bleed,
    bleed,
    rows,
    top: rows[0]?.top ?? 0,
    bottom: top - PLOT_INSET,
    x: axis.pixels(left, left + plotWidth),
  };
}

/** The points of the lines that a tooltip should not cover. */
export function importantPoints({ rows, x }: Geometry, times: readonly number[]): PixelPoint[] {
  const main = rows.find(({ track }) => track.id === 'main');
  if (!main) {
    return [];
  }
  return main.track.lines
    .filter(({ important }) => important)
    .flatMap(({ points }) =>
      points.flatMap((value, i): PixelPoint[] => {
        const time = times[i];
        return typeof value === 'number' && time !== undefined ? [{ x: x(time), y: main.y(value) }] : [];
      })
    );
}
