import { type ComparisonOptions } from '../options';

/** Which parts of the panel its size has room for. */
export type PanelMode = 'wide' | 'stacked' | 'compact' | 'spark' | 'header';

/** Heights in pixels, 0 for a track that is not drawn. */
export interface TrackHeights {
  main: number;
  errors: number;
  traffic: number;
}

/** Where everything goes, in pixels. */
export interface PanelLayout {
  mode: PanelMode;
  header: number;
  footer: number;
  tracks: { width: number; height: number; heights: TrackHeights; axis: number; titles: boolean };
  /** All statistics of the main signal, or the primary one alone. */
  stats: 'all' | 'primary';
  /** Whether the main axis starts at zero; a small track needs its height for the lines. */
  fromZero: boolean;
  table: { placement: 'beside' | 'below' | 'none'; width: number; height: number };
}

/** What the data and the user ask to be drawn. */
export interface LayoutWishes extends Pick<ComparisonOptions, 'showMainTrack' | 'showTable'> {
  errors: boolean;
  traffic: boolean;
  notices: boolean;
  rows: number;
}

const WIDE_FROM = 1000;
const STACKED_FROM = 700;
const COMPACT_FROM = 440;
const HEADER_ONLY_BELOW = 160;

const GAP = 8;
const WIDE_GAP = 24;
/** Beside the tracks: the columns of today, with the width that interval and verdict will take. */
const TABLE_SHARE = 0.43;
const TABLE_WIDTH = { min: 420, max: 620 };
const TABLE_HEAD = 44;
const STACKED_ROW = 42;
const STACKED_ROWS = 4;
const COMPACT_ROW = 26;
const COMPACT_ROWS = 3;

const HEADER = { wide: 64, stacked: 64, compact: 60, spark: 60 };
const FOOTER = 24;
const AXIS = 24;
const COMPACT_AXIS = 20;
export const TRACK_TITLE = 22;

/** Least heights; the main track by how many of its statistics it shows. */
const MIN = { all: 110, primary: 60, errors: 36, traffic: 32 };
/** Part of the drawing height that each track takes where all are shown. */
const WEIGHT = { main: 4.6, errors: 1.25, traffic: 0.8 };
const TRACK_IDS = ['main', 'errors', 'traffic'] as const;

/** What is drawn, from everything to the least; the first that fits is taken. */
const CHOICES: ReadonlyArray<{ stats: PanelLayout['stats']; errors: boolean; traffic: boolean }> = [
  { stats: 'all', errors: true, traffic: true },
  { stats: 'all', errors: true, traffic: false },
  { stats: 'primary', errors: true, traffic: false },
  { stats: 'all', errors: false, traffic: false },
  { stats: 'primary', errors: false, traffic: false },
];

function splitTracks(height: number, wishes: LayoutWishes): { heights: TrackHeights; stats: PanelLayout['stats'] } {
  const candidates = CHOICES.map(({ stats, errors, traffic }) => {
    const min = {
      main: wishes.showMainTrack ? MIN[stats] : 0,
      errors: wishes.errors && (errors || !wishes.showMainTrack) ? MIN.errors : 0,
      traffic: wishes.traffic && (traffic || !(wishes.showMainTrack || wishes.errors)) ? MIN.traffic : 0,
    };
    const ids = TRACK_IDS.filter((id) => min[id] > 0);
    const free = height - ids.reduce((sum, id) => sum + min[id] + TRACK_TITLE, 0);
    const total = ids.reduce((sum, id) => sum + WEIGHT[id], 0);
    const of = (id: keyof TrackHeights) =>
      min[id] > 0 ? Math.max(0, Math.floor(min[id] + (free * WEIGHT[id]) / total)) : 0;
    return { stats, free, heights: { main: of('main'), errors: of('errors'), traffic: of('traffic') } };
  });
  const least = candidates[candidates.length - 1];
  const { heights, stats } = candidates.find(({ free }) => free >= 0) ??
    least ?? { heights: { main: 0, errors: 0, traffic: 0 }, stats: 'primary' };
  return { heights, stats };
}

function fullLayout(mode: 'wide' | 'stacked', width: number, height: number, wishes: LayoutWishes): PanelLayout {
  const header = HEADER[mode];
  const minTracks = wishes.showMainTrack ? TRACK_TITLE + MIN.primary + AXIS : 0;
  // The footer is the first thing to go.
  const footer = wishes.notices && height - header - FOOTER >= minTracks + GAP ? FOOTER : 0;
  const body = Math.max(0, height - header - footer);
  const hasTracks = wishes.showMainTrack || wishes.errors || wishes.traffic;
  const hasTable = wishes.showTable && wishes.rows > 0;

  let tracksWidth = width;
  let tracksHeight = body;
  let table: PanelLayout['table'] = { placement: 'none', width: 0, height: 0 };
  if (hasTable && !hasTracks) {
    table = { placement: 'below', width, height: body };
    tracksHeight = 0;
  } else if (hasTable && mode === 'wide') {
    const tableWidth = Math.min(TABLE_WIDTH.max, Math.max(TABLE_WIDTH.min, Math.round(width * TABLE_SHARE)));
    table = { placement: 'beside', width: tableWidth, height: body };
    tracksWidth = width - tableWidth - WIDE_GAP;
  } else if (hasTable) {
    const rows = Math.min(STACKED_ROWS, wishes.rows, Math.floor((body - minTracks - GAP - TABLE_HEAD) / STACKED_ROW));
    if (rows > 0) {
      const tableHeight = TABLE_HEAD + rows * STACKED_ROW;
      table = { placement: 'below', width, height: tableHeight };
      tracksHeight = body - tableHeight - GAP;
    }
  }
  const { heights, stats } = splitTracks(tracksHeight - AXIS, wishes);
  return {
    mode,
    header,
    footer,
    tracks: { width: tracksWidth, height: hasTracks ? tracksHeight : 0, heights, axis: AXIS, titles: true },
    stats,
    fromZero: stats === 'all',
    table,
  };
}

function compactLayout(width: number, height: number, wishes: LayoutWishes): PanelLayout {
  const header = HEADER.compact;
  const body = height - header;
  const wanted = wishes.showTable ? Math.min(COMPACT_ROWS, wishes.rows) : 0;
  const minTrack = wishes.showMainTrack ? MIN.primary + COMPACT_AXIS + GAP : 0;
  const rows = Math.max(0, Math.min(wanted, Math.floor((body - minTrack) / COMPACT_ROW)));
  const tableHeight = rows * COMPACT_ROW;
  const tracksHeight = wishes.showMainTrack ? body - tableHeight - (rows > 0 ? GAP : 0) : 0;
  return {
    mode: 'compact',
    header,
    footer: 0,
    tracks: {
      width,
      height: tracksHeight,
      heights: { main: Math.max(0, tracksHeight - COMPACT_AXIS), errors: 0, traffic: 0 },
      axis: COMPACT_AXIS,
      titles: false,
    },
    stats: 'primary',
    fromZero: false,
    table: { placement: rows > 0 ? 'below' : 'none', width, height: tableHeight },
  };
}

/** Lays the panel out for its size. The header never drops. */
export function layoutOf(width: number, height: number, wishes: LayoutWishes): PanelLayout {
  if (height >= HEADER_ONLY_BELOW && width >= COMPACT_FROM) {
    return width >= STACKED_FROM
      ? fullLayout(width >= WIDE_FROM ? 'wide' : 'stacked', width, height, wishes)
      : compactLayout(width, height, wishes);
  }
  const mode = height < HEADER_ONLY_BELOW ? 'header' : 'spark';
  const spark = mode === 'spark' && wishes.showMainTrack ? height - HEADER.spark : 0;
  return {
    mode,
    header: mode === 'header' ? height : HEADER.spark,
    footer: 0,
    tracks: { width, height: spark, heights: { main: spark, errors: 0, traffic: 0 }, axis: 0, titles: false },
    stats: 'primary',
    fromZero: false,
    table: { placement: 'none', width: 0, height: 0 },
  };
}
