import { type ComparisonOptions } from '../options';
import {
  AXIS,
  FOOTER,
  GAP,
  HEADER,
  HEADER_ONLY_BELOW,
  LANE,
  LEAST_TRACK,
  LINE_FROM,
  NOTE,
  TABLE,
  TRACK_TITLE,
} from './heights';

/** Which parts of the panel its size has room for. */
export type PanelMode = 'wide' | 'stacked' | 'compact' | 'spark' | 'header';

/** Heights in pixels, 0 for a track that is not drawn. */
export interface TrackHeights {
  main: number;
  errors: number;
  traffic: number;
}

/** How high the rows of a table are; compact ones have one line. */
export type TableDensity = 'roomy' | 'dense' | 'compact';

/** Where everything goes, in pixels. */
export interface PanelLayout {
  mode: PanelMode;
  width: number;
  height: number;
  header: number;
  footer: number;
  tracks: {
    width: number;
    height: number;
    heights: TrackHeights;
    /** Room above the tracks for the names of changes. */
    lane: number;
    axis: number;
    titles: boolean;
  };
  /** All statistics of the main signal, or the primary one alone. */
  stats: 'all' | 'primary';
  /** Whether the main axis starts at zero; a small track needs its height for the lines. */
  fromZero: boolean;
  table: { placement: 'beside' | 'below' | 'none'; width: number; height: number; density: TableDensity };
  /** What the verdict rests on, below the table, or a line at the bottom of a small panel; no height where it is left out. */
  note: { width: number; height: number };
}

/** What the data and the user ask to be drawn. */
export interface LayoutWishes extends Pick<ComparisonOptions, 'showMainTrack' | 'showTable'> {
  errors: boolean;
  traffic: boolean;
  notices: boolean;
  rows: number;
  /** Whether there are verdicts, whose columns need width and whose sentences need height. */
  judged: boolean;
  /** Whether a small panel has something to say below its tracks. */
  remark: boolean;
  /** Whether changes are marked on the time axis. */
  changes: boolean;
}

const WIDE_FROM = 1000;
const STACKED_FROM = 700;
const COMPACT_FROM = 440;

const WIDE_GAP = 24;
/** Beside the tracks. */
const TABLE_SHARE = { plain: 0.43, judged: 0.46 };
const TABLE_WIDTH = { min: 420, max: 620 };
const JUDGED_WIDTH = { min: 530, max: 700 };
/** At most so many rows below the tracks. */
const STACKED_ROWS = 4;
const COMPACT_ROWS = 3;

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
      main: wishes.showMainTrack ? LEAST_TRACK[stats] : 0,
      errors: wishes.errors && (errors || !wishes.showMainTrack) ? LEAST_TRACK.errors : 0,
      traffic: wishes.traffic && (traffic || !(wishes.showMainTrack || wishes.errors)) ? LEAST_TRACK.traffic : 0,
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

const NOTHING = { width: 0, height: 0 };
const NO_TABLE = { placement: 'none', ...NOTHING, density: 'roomy' } as const;

function fullLayout(mode: 'wide' | 'stacked', width: number, height: number, wishes: LayoutWishes): PanelLayout {
  const header = HEADER[mode];
  const minTracks = wishes.showMainTrack ? TRACK_TITLE + LEAST_TRACK.primary + AXIS.full : 0;
  // The footer is the first thing to go.
  const footer = wishes.notices && height - header - FOOTER >= minTracks + GAP ? FOOTER : 0;
  const body = Math.max(0, height - header - footer);
  const hasTracks = wishes.showMainTrack || wishes.errors || wishes.traffic;
  const hasTable = wishes.showTable && wishes.rows > 0;
  const room = { width, body, minTracks };

  let tracksWidth = width;
  let tracksHeight = body;
  let table: PanelLayout['table'] = NO_TABLE;
  const density = mode === 'wide' ? 'roomy' : 'dense';
  let note = NOTHING;
  if (hasTable && (!hasTracks || mode === 'wide')) {
    const placed = hasTracks ? besideTracks(room, wishes) : { width, ...splitNote(body, wishes, NOTE.wide) };
    table = { placement: hasTracks ? 'beside' : 'below', width: placed.width, height: placed.table, density };
    note = { width: placed.width, height: placed.note };
    tracksWidth = width - placed.width - WIDE_GAP;
    tracksHeight = hasTracks ? body : 0;
  } else if (hasTable) {
    ({ table, note } = belowTracks(room, wishes));
    tracksHeight = body - (table.height > 0 ? table.height + GAP : 0) - (note.height > 0 ? note.height + GAP : 0);
  }
  const lane = wishes.changes && tracksHeight >= LANE.from ? LANE.height : 0;
  const { heights, stats } = splitTracks(tracksHeight - AXIS.full - lane, wishes);
  return {
    mode,
    width,
    height,
    header,
    footer,
    tracks: { width: tracksWidth, height: hasTracks ? tracksHeight : 0, heights, lane, axis: AXIS.full, titles: true },
    stats,
    fromZero: stats === 'all',
    table,
    note,
  };
}

interface Room {
  width: number;
  body: number;
  minTracks: number;
}

/** The heights of a table and of the sentences below it, which only take what two rows leave. */
function splitNote(height: number, wishes: LayoutWishes, wanted: number): { table: number; note: number } {
  const whole = TABLE.roomy.head + wishes.rows * TABLE.roomy.row + 2;
  const least = TABLE.roomy.head + Math.min(2, wishes.rows) * TABLE.roomy.row;
  const noted = wishes.judged && height - wanted >= least;
  const table = Math.min(noted ? height - wanted : height, whole);
  return { table, note: noted ? Math.min(NOTE.most, height - table) : 0 };
}

function besideTracks({ width, body }: Room, wishes: LayoutWishes) {
  const { min, max } = wishes.judged ? JUDGED_WIDTH : TABLE_WIDTH;
  const own = Math.min(
    max,
    Math.max(min, Math.round(width * (wishes.judged ? TABLE_SHARE.judged : TABLE_SHARE.plain)))
  );
  return { width: own, ...splitNote(body, wishes, NOTE.wide) };
}

function belowTracks({ width, body, minTracks }: Room, wishes: LayoutWishes): Pick<PanelLayout, 'table' | 'note'> {
  const rowsIn = (height: number) =>
    Math.min(STACKED_ROWS, wishes.rows, Math.floor((height - minTracks - GAP - TABLE.dense.head) / TABLE.dense.row));
  // The sentences go before the last row does.
  const noted = wishes.judged && rowsIn(body - NOTE.stacked - GAP) >= Math.min(2, wishes.rows);
  const rows = rowsIn(noted ? body - NOTE.stacked - GAP : body);
  return {
    table:
      rows > 0
        ? { placement: 'below', width, height: TABLE.dense.head + rows * TABLE.dense.row, density: 'dense' }
        : NO_TABLE,
    note: noted ? { width, height: NOTE.stacked } : NOTHING,
  };
}

/** The line below a small panel's tracks, where there is something to say and the height for it. */
function lineOf(width: number, height: number, wishes: LayoutWishes): PanelLayout['note'] {
  return wishes.remark && height >= LINE_FROM ? { width, height: NOTE.line } : NOTHING;
}

function compactLayout(width: number, height: number, wishes: LayoutWishes): PanelLayout {
  const header = HEADER.compact;
  const note = lineOf(width, height, wishes);
  const body = height - header - note.height;
  const wanted = wishes.showTable ? Math.min(COMPACT_ROWS, wishes.rows) : 0;
  const minTrack = wishes.showMainTrack ? LEAST_TRACK.primary + AXIS.compact + GAP : 0;
  const heads = wishes.judged ? TABLE.compact.head : 0;
  const rows = Math.max(0, Math.min(wanted, Math.floor((body - minTrack - heads) / TABLE.compact.row)));
  const tableHeight = rows > 0 ? heads + rows * TABLE.compact.row : 0;
  const tracksHeight = wishes.showMainTrack ? body - tableHeight - (rows > 0 ? GAP : 0) : 0;
  return {
    mode: 'compact',
    width,
    height,
    header,
    footer: 0,
    tracks: {
      width,
      height: tracksHeight,
      heights: { main: Math.max(0, tracksHeight - AXIS.compact), errors: 0, traffic: 0 },
      lane: 0,
      axis: AXIS.compact,
      titles: false,
    },
    stats: 'primary',
    fromZero: false,
    table: { placement: rows > 0 ? 'below' : 'none', width, height: tableHeight, density: 'compact' },
    note,
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
  const note = mode === 'spark' ? lineOf(width, height, wishes) : NOTHING;
  const spark = mode === 'spark' && wishes.showMainTrack ? height - HEADER.spark - note.height : 0;
  return {
    mode,
    width,
    height,
    header: mode === 'header' ? height : HEADER.spark,
    footer: 0,
    tracks: { width, height: spark, heights: { main: spark, errors: 0, traffic: 0 }, lane: 0, axis: 0, titles: false },
    stats: 'primary',
    fromZero: false,
    table: NO_TABLE,
    note,
  };
}
