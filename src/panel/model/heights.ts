/**
 * The heights of everything in the panel, in pixels: the layout shares the panel's height out by them, and what is
 * drawn takes them from here, so that both hold.
 */

/** The header by mode, with the rule below it and the gap that follows. */
export const HEADER = { wide: 64, stacked: 64, compact: 60, spark: 60 };
/** Between the header's rule and what follows, part of the header's height. */
export const HEADER_RULE_GAP = 8;
/** From this height on a small header has two lines. */
export const HEADER_TWO_LINES = 56;
/** What failed or was noted beside the data that is drawn. */
export const FOOTER = 24;
/** Between tracks and table, table and note. */
export const GAP = 8;

/** The time axis below the last track. */
export const AXIS = { full: 24, compact: 20 };
/** Room above the tracks for the names of changes, and the least height of tracks that leave it. */
export const LANE = { height: 22, from: 230 };
export const TRACK_TITLE = 22;
/** Space above and below a plot for the half of a tick's text. */
export const PLOT_INSET = 7;
/** Least heights of tracks; the main one by how many of its statistics it shows. */
export const LEAST_TRACK = { all: 110, primary: 60, errors: 36, traffic: 32 };
/** From this height on a main track has room for ticks that stand apart. */
export const HIGH_TRACK = 160;

/** A table's head and rows, each with the rule above it. */
export const TABLE = {
  roomy: { head: 44, row: 51 },
  dense: { head: 44, row: 42 },
  compact: { head: 18, row: 26 },
};
/** The rule above a row, part of its height. */
export const ROW_RULE = 1;

/** The sentences below a table, as wide as it or over the whole width, and the line of a small panel. */
export const NOTE = { wide: 114, stacked: 62, line: 24, most: 200 };
/** A small panel lower than this has no room for a line below its tracks. */
export const LINE_FROM = 200;
/** A panel lower than this is its header alone. */
export const HEADER_ONLY_BELOW = 160;

/** The parts of the view of a distribution. */
export const DISTRIBUTION = {
  header: { line: 40, lines: 68 },
  /** From this height on its header has two lines. */
  twoLines: 60,
  /** The buttons that choose a part, where there is room for one at a time. */
  buttons: 34,
  /** A part's title and its note. */
  title: 38,
  leastChart: 60,
  leastRow: 210,
  footer: 28,
};
/** Heatmaps under each other: the name above each, the time axis below the last, and the least of one. */
export const HEATMAPS = { name: 20, axis: 18, least: 64 };
