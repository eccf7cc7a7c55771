import { formatTick, formatValue, splitValue } from '../../shared/format';
import { spreadLabels } from '../model/placement';
import { toPixel } from '../model/scale';
import { lastValue } from '../model/timeline';
import { type ComparisonView } from '../model/view';
import { PLOT_INSET } from './buildTracks';
import { type Track } from './track';

/** The latest values of one statistic, to the right of its lines. */
export interface EndLabel {
  key: string;
  /** The statistic, or nothing where the track has only one. */
  stat: string;
  important: boolean;
  /** The middle of the label, pixels below the track's top. */
  y: number;
  /** By column, in the order of `endColumns`. */
  texts: string[];
}

/** With more features than this the numbers beside the tracks would crowd out the lines. */
const MAX_FEATURE_COLUMNS = 2;
const LINE_HEIGHT = 17;

/** The variants whose latest values stand beside the tracks: the baseline and the first features. */
export function endColumns(view: ComparisonView, hidden: ReadonlySet<string>): string[] {
  return [...(view.baseline === null ? [] : [view.baseline]), ...view.features.slice(0, MAX_FEATURE_COLUMNS)].filter(
    (variant) => !hidden.has(variant)
  );
}

function topSuffix(track: Track): string {
  const top = track.ticks.values.at(-1) ?? 0;
  return /[^\d.,\u2212]*$/.exec(formatTick(top, track.ticks.increment, track.unit))?.[0] ?? '';
}

/** A value beside its axis: the unit is left out where the axis' top says it already. */
function besideAxis(value: number | null, track: Track): string {
  const { text, suffix } = splitValue(value, { unit: track.unit });
  return suffix.trim() === topSuffix(track).trim() ? text : formatValue(value, { unit: track.unit });
}

/** The labels at the right end of a track, moved apart where they would overlap. */
export function endLabelsOf(track: Track, columns: readonly string[]): EndLabel[] {
  const plot = track.height - 2 * PLOT_INSET;
  const groups: Array<{ stat: string; important: boolean; values: Array<number | null>; at: number }> = [];
  if (track.bands.length > 0) {
    const shares = columns.map((variant) => {
      const band = track.bands.find((candidate) => candidate.variant === variant);
      const top = lastValue(band?.top ?? []);
      const bottom = lastValue(band?.bottom ?? []);
      return top === null || bottom === null ? null : top - bottom;
    });
    groups.push({ stat: '', important: false, values: shares, at: (track.scale.min + track.scale.max) / 2 });
  }
  const stats = [...new Set(track.lines.map(({ stat }) => stat))];
  for (const stat of stats) {
    const lines = track.lines.filter((line) => line.stat === stat);
    const values = columns.map((variant) => lastValue(lines.find((line) => line.variant === variant)?.points ?? []));
    const known = values.filter((value) => value !== null);
    if (known.length > 0) {
      groups.push({
        stat: stats.length > 1 ? stat : '',
        important: lines.some(({ important }) => important),
        values,
        at: known.reduce((sum, value) => sum + value, 0) / known.length,
      });
    }
  }
  const wanted = groups.map(({ at }) => toPixel(at, track.scale, plot));
  const placed = spreadLabels(wanted, plot, LINE_HEIGHT);
  return groups.map(({ stat, important, values }, index) => ({
    key: stat,
    stat,
    important: important && stats.length > 1,
    y: PLOT_INSET + (placed[index] ?? 0),
    texts: values.map((value) => besideAxis(value, track)),
  }));
}
