import { type GrafanaTheme2 } from '@grafana/data';
import uPlot from 'uplot';
import { formatTick } from '../../format/numbers';
import { PLOT_INSET } from '../../model/heights';
import { precisionOf, type TimeAxis } from '../../model/timeAxis';
import { tokensOf } from '../base';
import { paintOver, paintUnder } from './painters';
import { type Track } from './track';

/** Where a track lies and what its time axis shows. */
export interface PlotFrame {
  width: number;
  axisWidth: number;
  /** Free room at the right, for the last text of the time axis. */
  bleed: number;
  /** Height of the time axis below this track, 0 when another track carries it. */
  axisHeight: number;
  time: TimeAxis;
  /** Whether axes and grid are drawn at all; a sparkline has none. */
  axes: boolean;
}

/** Everything that a plot shows at one moment. */
export interface PlotContent {
  track: Track;
  /** The shared time axis of the samples, milliseconds. */
  times: number[];
  frame: PlotFrame;
  theme: GrafanaTheme2;
}

const AXIS_FONT_SIZE = 12;

/** A date whose local parts are those of the dashboard's zone, from which uPlot takes whole hours and days. */
function zonedDate(time: number, timeZone: string): Date {
  if (timeZone === 'browser' || timeZone === '') {
    return new Date(time);
  }
  return uPlot.tzDate(new Date(time), timeZone === 'utc' ? 'Etc/UTC' : timeZone);
}

/** uPlot's size for a track: its plot, and the time axis below it. */
export function plotSize({ track, frame }: PlotContent): { width: number; height: number } {
  const { width, axisHeight } = frame;
  return { width, height: axisHeight > 0 ? track.height - PLOT_INSET + axisHeight : track.height };
}

/** uPlot's columns: the times, then a line each. */
export function plotData({ track, times }: PlotContent): uPlot.AlignedData {
  return [times, ...track.lines.map(({ points }) => points)];
}

/**
 * What a plot is built for besides its theme, as a key: its lines and how they are drawn, and which axes it has. A plot
 * can show any content of the same structure.
 */
export function structureOf({ track, frame }: PlotContent): string {
  const lines = track.lines.map(({ key, color, width, dash }) => [key, color, width, dash]);
  return JSON.stringify([lines, frame.axes, frame.axisHeight > 0]);
}

/** The options of a plot. What is no structure is read from `current` at each drawing. */
export function plotOptions(current: () => PlotContent): uPlot.Options {
  const { track, frame, theme } = current();
  const tokens = tokensOf(theme);
  const bottom = frame.axisHeight > 0;
  const axis: uPlot.Axis = {
    show: frame.axes,
    stroke: tokens.muted,
    // uPlot reads pixels only; the theme writes rem.
    font: `${AXIS_FONT_SIZE}px ${theme.typography.fontFamily}`,
    grid: { show: true, stroke: tokens.grid, width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  const ink = {
    colorOf: (name: string) => theme.visualization.getColorByName(name),
    font: theme.typography.fontFamily,
    muted: tokens.muted,
    ground: theme.colors.background.primary,
  };
  return {
    ...plotSize(current()),
    ms: 1,
    padding: [PLOT_INSET, () => current().frame.bleed, bottom ? 0 : PLOT_INSET, 0],
    legend: { show: false },
    cursor: { show: false },
    tzDate: (time) => zonedDate(time, current().frame.time.timeZone),
    scales: {
      x: {
        time: true,
        range: () => {
          const { from, to } = current().frame.time;
          return [from, to];
        },
      },
      y: {
        range: () => {
          const { min, max } = current().track.scale;
          return [min, max];
        },
      },
    },
    axes: [
      {
        ...axis,
        size: () => current().frame.axisHeight,
        space: 64,
        values: (_u, splits, _axisIndex, _space, increment) =>
          splits.map((time) => (bottom ? current().frame.time.format(time, precisionOf(increment)) : '')),
      },
      {
        ...axis,
        size: () => current().frame.axisWidth,
        splits: () => current().track.ticks.values,
        values: (_u, splits) => {
          const { ticks, unit } = current().track;
          return splits.map((value) => formatTick(value, ticks.increment, unit));
        },
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
      drawAxes: [(u) => paintUnder(u, current().track, current().times, tokens, uPlot.pxRatio)],
      draw: [(u) => paintOver(u, current().track, current().times, ink, uPlot.pxRatio)],
    },
  };
}
