import { splitTick, splitValue } from '../../format/numbers';
import { PLOT_INSET } from '../../model/heights';
import { spreadLabels } from '../../model/placement';
import { pixelScale } from '../../model/scale';
import { lastValue } from '../../model/timeline';
import { type ComparisonView } from '../../model/view';
import { type Track } from './track';

/** Latest values to the right of their lines: a statistic's, or one line's where each has a label of its own. */
export interface EndLabel {
  key: string;
  /** The statistic, or nothing where the track has only one; the variant where the label is one line's. */
  name: string;
  important: boolean;
  /** The middle of the label, pixels below the track's top. */
  y: number;
  cells: Array<{ variant: string; text: string }>;
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

/** A value beside its axis: the unit is left out where the axis' top says it already. */
function besideAxis(value: number | null, track: Track): string {
  const { text, suffix } = splitValue(value, { unit: track.unit });
  const top = splitTick(track.ticks.values.at(-1) ?? 0, track.ticks.increment, track.unit);
  return suffix === top.suffix ? text : `${text}${suffix}`;
}

/** Values that get a label together, and the value at whose height it stands. */
interface Group {
  name: string;
  important: boolean;
  cells: Array<{ variant: string; value: number | null }>;
  at: number;
}

function bandGroup(track: Track, columns: readonly string[]): Group {
  const cells = columns.map((variant) => {
    const band = track.bands.find((candidate) => candidate.variant === variant);
    const top = lastValue(band?.top ?? []);
    const bottom = lastValue(band?.bottom ?? []);
    return { variant, value: top === null || bottom === null ? null : top - bottom };
  });
  return { name: '', important: false, cells, at: (track.scale.min + track.scale.max) / 2 };
}

function statGroups(track: Track, columns: readonly string[]): Group[] {
  const stats = [...new Set(track.lines.map(({ stat }) => stat))];
  return stats.flatMap((stat): Group[] => {
    const lines = track.lines.filter((line) => line.stat === stat);
    const cells = columns.map((variant) => ({
      variant,
      value: lastValue(lines.find((line) => line.variant === variant)?.points ?? []),
    }));
    const known = cells.map(({ value }) => value).filter((value) => value !== null);
    const at = known.reduce((sum, value) => sum + value, 0) / known.length;
    const several = stats.length > 1;
    return known.length === 0
      ? []
      : [{ name: several ? stat : '', important: several && lines.some((line) => line.important), cells, at }];
  });
}

function lineGroups(track: Track, columns: readonly string[]): Group[] {
  return track.lines.flatMap(({ variant, points }): Group[] => {
    const value = lastValue(points);
    return value === null || !columns.includes(variant)
      ? []
      : [{ name: variant, important: false, cells: [{ variant, value }], at: value }];
  });
}

/**
 * The labels at the right end of a track, moved apart where they would overlap. `apart` gives each line a label with
 * its variant's name, for tracks without column heads.
 */
export function endLabelsOf(track: Track, columns: readonly string[], apart: boolean): EndLabel[] {
  const plot = track.height - 2 * PLOT_INSET;
  const bands = track.bands.length > 0 ? [bandGroup(track, columns)] : [];
  const groups = [...bands, ...(apart ? lineGroups(track, columns) : statGroups(track, columns))];
  const y = pixelScale(track.scale, plot);
  const placed = spreadLabels(
    groups.map(({ at }) => y(at)),
    plot,
    LINE_HEIGHT
  );
  return groups.map(({ name, important, cells }, index) => ({
    key: name,
    name,
    important,
    y: PLOT_INSET + (placed[index] ?? 0),
    cells: cells.map(({ variant, value }) => ({ variant, text: besideAxis(value, track) })),
  }));
}
