import type uPlot from 'uplot';
import { limitText } from './buildTracks';
import { type DrawnArea, type DrawnBand, type DrawnLine, type MarginLine, type Track } from './track';
import { type Marker, type Tokens } from '../base';

/** Distance between the markers of a line, and their size, in CSS pixels. */
const MARKER_SPACING = 64;
const MARKER_SIZE = 4;
const HATCH_SPACING = 6;
/** What lies beyond the margin is shaded as worse already; without a margin all that is worse is. */
const AREA_ALPHA = { worse: 0.2, beyond: 0.2, better: 0.26 };
const MARGIN_DASH = [1.5, 3];
const THRESHOLD_DASH = [8, 4, 2, 4];
/** Size of the names of limits, in CSS pixels. */
const NAME_SIZE = 11;
const BAND_ALPHA = { fill: 0.5 };

/** Runs `paint` clipped to the plot, with the canvas' state restored after it. */
function inPlot(u: uPlot, paint: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

function outline(
  u: uPlot,
  xs: readonly number[],
  upper: ReadonlyArray<number | null>,
  lower: ReadonlyArray<number | null>
): Path2D {
  const path = new Path2D();
  const point = (index: number, y: number) =>
    [u.valToPos(xs[index] ?? 0, 'x', true), u.valToPos(y, 'y', true)] as const;
  upper.forEach((y, index) => {
    const [px, py] = point(index, y ?? 0);
    if (index === 0) {
      path.moveTo(px, py);
    } else {
      path.lineTo(px, py);
    }
  });
  for (let index = lower.length - 1; index >= 0; index--) {
    path.lineTo(...point(index, lower[index] ?? 0));
  }
  path.closePath();
  return path;
}

/** Diagonal lines over the whole plot; the caller has clipped to what they belong to. */
function hatch(u: uPlot, ctx: CanvasRenderingContext2D, dpr: number): void {
  const { left, top, width, height } = u.bbox;
  ctx.beginPath();
  for (let x = left - height; x < left + width; x += HATCH_SPACING * dpr) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
}

function paintArea(u: uPlot, { run, kind }: DrawnArea, tokens: Tokens, dpr: number): void {
  const path = outline(u, run.xs, run.first, run.second);
  inPlot(u, (ctx) => {
    ctx.fillStyle = kind === 'better' ? tokens.better : tokens.worse;
    ctx.globalAlpha = AREA_ALPHA[kind];
    ctx.fill(path);
    if (kind === 'beyond') {
      ctx.clip(path);
      ctx.globalAlpha = 0.55;
      ctx.strokeStyle = tokens.worse;
      ctx.lineWidth = dpr;
      hatch(u, ctx, dpr);
    }
  });
}

/** Stretches of a band without gaps, as index ranges [from, to). */
function stretches(values: ReadonlyArray<number | null>): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  let start = -1;
  for (let i = 0; i <= values.length; i++) {
    const present = i < values.length && values[i] !== null;
    if (present && start < 0) {
      start = i;
    } else if (!present && start >= 0) {
      found.push([start, i]);
      start = -1;
    }
  }
  return found;
}

function paintBand(u: uPlot, times: readonly number[], band: DrawnBand, dpr: number): void {
  for (const [from, to] of stretches(band.top)) {
    const xs = times.slice(from, to);
    const tops = band.top.slice(from, to);
    const path = outline(u, xs, tops, band.bottom.slice(from, to));
    inPlot(u, (ctx) => {
      ctx.fillStyle = band.color;
      ctx.globalAlpha = BAND_ALPHA.fill;
      ctx.fill(path);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = band.color;
      ctx.lineWidth = 1.5 * dpr;
      ctx.beginPath();
      tops.forEach((y, index) => {
        ctx.lineTo(u.valToPos(xs[index] ?? 0, 'x', true), u.valToPos(y ?? 0, 'y', true));
      });
      ctx.stroke();
    });
  }
}

function paintMargin(u: uPlot, times: readonly number[], { points }: MarginLine, color: string, dpr: number): void {
  inPlot(u, (ctx) => {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.25 * dpr;
    ctx.setLineDash(MARGIN_DASH.map((length) => length * dpr));
    ctx.beginPath();
    let broken = true;
    points.forEach((value, index) => {
      if (typeof value === 'number') {
        const [x, y] = [u.valToPos(times[index] ?? 0, 'x', true), u.valToPos(value, 'y', true)];
        if (broken) {
          ctx.moveTo(x, y);
        } else {
          ctx.lineTo(x, y);
        }
      }
      // A sample that merely does not exist leaves the line whole.
      broken = value === null || (broken && value === undefined);
    });
    ctx.stroke();
  });
}

/** How names of the theme turn into what a canvas takes. */
interface Ink {
  colorOf: (name: string) => string;
  font: string;
  muted: string;
  /** What lies below words. */
  ground: string;
}

/** A line through the plot at a limit, and its name where it has one. */
function paintLimit(
  u: uPlot,
  limit: { value: number; text: string; color: string },
  dash: number[],
  ink: Ink,
  dpr: number
) {
  inPlot(u, (ctx) => {
    const y = u.valToPos(limit.value, 'y', true);
    ctx.strokeStyle = limit.color;
    paintName(u, ctx, limit, y - 4 * dpr, ink, dpr);
    ctx.lineWidth = 1.25 * dpr;
    ctx.setLineDash(dash.map((length) => length * dpr));
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, y);
    ctx.lineTo(u.bbox.left + u.bbox.width, y);
    ctx.stroke();
  });
}

function paintName(
  u: uPlot,
  ctx: CanvasRenderingContext2D,
  { text, color }: { text: string; color: string },
  baseline: number,
  ink: Ink,
  dpr: number
): void {
  if (text === '') {
    return;
  }
  ctx.font = `${NAME_SIZE * dpr}px ${ink.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const left = u.bbox.left + 4 * dpr;
  // A plate below the words keeps lines and shades from making them unreadable.
  ctx.save();
  ctx.globalAlpha = 0.85;
  ctx.fillStyle = ink.ground;
  const { width } = ctx.measureText(text);
  ctx.fillRect(left - 3 * dpr, baseline - NAME_SIZE * dpr, width + 6 * dpr, (NAME_SIZE + 3) * dpr);
  ctx.restore();
  ctx.fillStyle = color;
  ctx.fillText(text, left, baseline);
}

/** Bucket edges from which on a verdict counts observations as slow, and thresholds. */
function paintLimits(u: uPlot, track: Track, ink: Ink, dpr: number): void {
  for (const value of track.edges) {
    const text = track.named ? limitText.edge(value, track.unit) : '';
    paintLimit(u, { value, text, color: ink.muted }, MARGIN_DASH, ink, dpr);
  }
  for (const { value, color } of track.thresholds) {
    const text = limitText.threshold(value, track.unit);
    paintLimit(u, { value, text, color: ink.colorOf(color) }, THRESHOLD_DASH, ink, dpr);
  }
}

/** The names of limits that the axis does not reach, one below the other at its ends. */
function paintFar(u: uPlot, track: Track, ink: Ink, dpr: number): void {
  const { top, height } = u.bbox;
  const row = (NAME_SIZE + 3) * dpr;
  for (const end of ['above', 'below'] as const) {
    track.far
      .filter((limit) => limit.end === end)
      .forEach(({ text, color }, index) => {
        const baseline = end === 'above' ? top + row * (index + 1) : top + height - row * index - 4 * dpr;
        inPlot(u, (ctx) =>
          paintName(u, ctx, { text, color: color === undefined ? ink.muted : ink.colorOf(color) }, baseline, ink, dpr)
        );
      });
  }
}

function markerPath(marker: Exclude<Marker, 'none'>, x: number, y: number, size: number): Path2D {
  const path = new Path2D();
  switch (marker) {
    case 'square':
      path.rect(x - size, y - size, 2 * size, 2 * size);
      break;
    case 'triangle':
      path.moveTo(x, y - size * 1.2);
      path.lineTo(x + size * 1.2, y + size);
      path.lineTo(x - size * 1.2, y + size);
      path.closePath();
      break;
    case 'diamond':
      path.moveTo(x, y - size * 1.3);
      path.lineTo(x + size * 1.3, y);
      path.lineTo(x, y + size * 1.3);
      path.lineTo(x - size * 1.3, y);
      path.closePath();
      break;
    case 'circle':
      path.arc(x, y, size, 0, 2 * Math.PI);
      break;
  }
  return path;
}

/** Markers along a line, and a dot for each sample that gaps leave alone, which no line would show. */
function paintPoints(u: uPlot, times: readonly number[], line: DrawnLine, dpr: number): void {
  inPlot(u, (ctx) => {
    ctx.fillStyle = line.color;
    let lastMarker = -Infinity;
    line.points.forEach((value, index) => {
      if (typeof value !== 'number') {
        return;
      }
      const x = u.valToPos(times[index] ?? 0, 'x', true);
      const y = u.valToPos(value, 'y', true);
      if (isAlone(line.points, index)) {
        ctx.fill(markerPath('circle', x, y, Math.max(1.5, line.width) * dpr));
      }
      if (line.marker !== 'none' && x - lastMarker >= MARKER_SPACING * dpr) {
        ctx.fill(markerPath(line.marker, x, y, MARKER_SIZE * dpr));
        lastMarker = x;
      }
    });
  });
}

/** True for a number whose neighbours, past samples that merely do not exist, are gaps. */
function isAlone(points: DrawnLine['points'], index: number): boolean {
  const neighbour = (step: 1 | -1) => {
    let i = index + step;
    while (i >= 0 && i < points.length && points[i] === undefined) {
      i += step;
    }
    return points[i];
  };
  return typeof neighbour(-1) !== 'number' && typeof neighbour(1) !== 'number';
}

/** Paints what lies under the lines: shaded areas, margins and traffic bands. */
export function paintUnder(u: uPlot, track: Track, times: readonly number[], tokens: Tokens, dpr: number): void {
  track.bands.forEach((band) => paintBand(u, times, band, dpr));
  track.areas.forEach((area) => paintArea(u, area, tokens, dpr));
  track.margins.forEach((line) => paintMargin(u, times, line, tokens.muted, dpr));
}

/** Paints what lies over the lines: markers, lone samples, edges, thresholds, names of limits far away. */
export function paintOver(u: uPlot, track: Track, times: readonly number[], ink: Ink, dpr: number): void {
  track.lines.forEach((line) => paintPoints(u, times, line, dpr));
  paintLimits(u, track, ink, dpr);
  paintFar(u, track, ink, dpr);
}
