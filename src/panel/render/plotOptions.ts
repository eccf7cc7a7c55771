import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import uPlot from 'uplot';
import { formatTick } from '../format/numbers';
import { PLOT_INSET } from './buildTracks';
import { paintOver, paintUnder } from './painters';
import { type Track } from './track';
import { type Tokens } from './tokens';

/** Where a track lies and what its time axis shows. */
export interface PlotFrame {
  width: number;
  axisWidth: number;
  /** Free room at the right, for the last text of the time axis. */
  bleed: number;
  /** Height of the time axis below this track, 0 when another track carries it. */
  axisHeight: number;
  from: number;
  to: number;
  /** As Grafana writes it: browser, utc, or a name of the IANA data base. */
  timeZone: string;
  /** Whether axes and grid are drawn at all; a sparkline has none. */
  axes: boolean;
}

const AXIS_FONT_SIZE = 12;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function timeFormat(increment: number): string {
  if (increment < MINUTE) {
    return 'HH:mm:ss';
  }
  return increment < DAY ? 'HH:mm' : 'D MMM';
}

/** A date whose local parts are those of the dashboard's zone, from which uPlot takes whole hours and days. */
function zonedDate(time: number, timeZone: string): Date {
  if (timeZone === 'browser' || timeZone === '') {
    return new Date(time);
  }
  return uPlot.tzDate(new Date(time), timeZone === 'utc' ? 'Etc/UTC' : timeZone);
}

/** uPlot's height for a track: its plot, and the time axis below it. */
export function plotHeight(track: Track, frame: Pick<PlotFrame, 'axisHeight'>): number {
  return frame.axisHeight > 0 ? track.height - PLOT_INSET + frame.axisHeight : track.height;
}

/** The options of a track's plot. */
export function plotOptions(
  track: Track,
  times: readonly number[],
  frame: PlotFrame,
  theme: GrafanaTheme2,
  tokens: Tokens
): uPlot.Options {
  const { from, to, timeZone, axes } = frame;
  // uPlot reads pixels only; the theme writes rem.
  const font = `${AXIS_FONT_SIZE}px ${theme.typography.fontFamily}`;
  const axis: uPlot.Axis = {
    show: axes,
    stroke: tokens.muted,
    font,
    grid: { show: true, stroke: tokens.grid, width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  const bottom = frame.axisHeight > 0;
  return {
    width: frame.width,
    height: plotHeight(track, frame),
    ms: 1,
    padding: [PLOT_INSET, frame.bleed, bottom ? 0 : PLOT_INSET, 0],
    legend: { show: false },
    cursor: { show: false },
    tzDate: (time) => zonedDate(time, timeZone),
    scales: {
      x: { time: true, range: () => [from, to] },
      y: { range: () => [track.scale.min, track.scale.max] },
    },
    axes: [
      {
        ...axis,
        size: frame.axisHeight,
        space: 64,
        values: (_u, splits, _axisIndex, _space, increment) =>
          splits.map((time) => (bottom ? dateTimeFormat(time, { format: timeFormat(increment), timeZone }) : '')),
      },
      {
        ...axis,
        size: frame.axisWidth,
        splits: () => track.ticks.values,
        values: (_u, splits) => splits.map((value) => formatTick(value, track.ticks.increment, track.unit)),
      },
    ],
    series: [
      {},
      ...track.lines.map(({ color, width, dash }): uPlot.Series => ({
        stroke: color,
        width,
        dash,
        points: { show: false },
        spanGaps: false,
        paths: uPlot.paths.linear?.(),
      })),
    ],
    hooks: {
      drawAxes: [(u) => paintUnder(u, track, times, tokens, uPlot.pxRatio)],
      draw: [
        (u) =>
          paintOver(
            u,
            track,
            times,
            {
              colorOf: (name) => theme.visualization.getColorByName(name),
              font: theme.typography.fontFamily,
              muted: tokens.muted,
            },
            uPlot.pxRatio
          ),
      ],
    },
  };
}
