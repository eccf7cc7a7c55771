/**
 * Reads the frames of verdicts: what the backend says of each signal of each feature. Nothing here judges; a state
 * that is not known is passed over rather than guessed at.
 */
import { type DataFrame, type Labels } from '@grafana/data';
import {
  type Direction,
  DIRECTIONS,
  SHARE_STATES,
  type ShareState,
  type State,
  STATES,
  VERDICT_COLUMNS,
  VERDICT_REQUIRED,
} from '../../contract/constants.gen';
import { hasColumns, isOneOf, readGroups, readRows, type Row } from './rows';

/**
 * One row of the verdict frame. Values are in `unit`, the difference, its interval and the margin in `differenceUnit`:
 * a histogram is judged by the share of observations above a bucket edge. Null stands for what is not known.
 */
export interface Verdict {
  flag: string;
  baseline: string;
  variant: string;
  signal: string;
  stat: string;
  state: State;
  /** The state without the latch: a regression that has passed stays regressed until the next rollout. */
  live: State;
  /** The verdict in one sentence, and with what it rests on and cannot exclude. */
  headline: string;
  reason: string;
  unit: string;
  differenceUnit: string;
  /** The bucket edge that a histogram's verdict is about, in `unit`. */
  edge: number | null;
  direction: Direction;
  /** Labels beyond the contract's own. */
  group: Labels;
  baselineValue: number | null;
  variantValue: number | null;
  /** What the difference lies between, in its unit: of a histogram the parts above the edge. */
  judgedBaseline: number | null;
  judgedVariant: number | null;
  /** Feature minus baseline, and the interval that the evidence has not rejected; ends may be infinite. */
  difference: number | null;
  lower: number | null;
  upper: number | null;
  /** How much worse is tolerated as a difference, and the parts of it, 0.1 for 10% of the baseline; never negative. */
  margin: number | null;
  marginRelative: number | null;
  marginAbsolute: number | null;
  /** Coverage of the interval, 0.98 for 98%. */
  level: number | null;
  ratio: number | null;
  /** Regressed from 1 on. */
  evidence: number | null;
  countBaseline: number | null;
  countVariant: number | null;
  /** The bad ones among them; of a histogram those above the edge. */
  badBaseline: number | null;
  badVariant: number | null;
  ticks: number | null;
  processes: number | null;
  /** How much more the counts vary than independent requests would; 1 for those. */
  dispersion: number | null;
  profile: string;
  /** Milliseconds since the epoch. */
  since: number | null;
  rolloutStart: number | null;
  firedAt: number | null;
  /** When it could be decided at the present rate. */
  forecast: number | null;
  /** Of insufficient data how much of what a verdict needs is there, 0..1. */
  progress: number | null;
  /** When anything of the flag was scraped last, milliseconds, where nothing new arrives; else null. */
  lastSeen: number | null;
  /** The variant's part of the requests, and the part it was allocated, 0..1. */
  share: number | null;
  shareExpected: number | null;
  shareState: ShareState;
  /** True where the variants were targeted, not drawn by lot. */
  observational: boolean;
  /** Bounds of the buckets in which quantiles lie; null for what is no histogram. */
  bounds: { baseline: Bounds; variant: Bounds } | null;
  words: VerdictWords;
}

/** What the backend says of a verdict, for the room that there is; empty where there is nothing to say. */
export interface VerdictWords {
  /** The state as people say it, and how a sentence begins that one of the details goes on. */
  word: string;
  lead: string;
  /** With the margin, without it, and without the interval as well. */
  detail: string;
  detailShort: string;
  detailLeast: string;
  /** What is judged: latency p95. */
  label: string;
  /** The difference and its interval, written alike, the margin, and the edge that a histogram is judged by. */
  difference: string;
  interval: string;
  margin: string;
  edge: string;
  /** What stands beside the word, in small letters, and in a line below the tracks. */
  note: string;
  tags: string;
  remark: string;
  /** What goes on after the headline, and the figures behind it. */
  explanation: string;
  figures: string;
  /** Whether the requests are split as they were allocated, in a word and with numbers. */
  shareWord: string;
  share: string;
}

/** The bounds of the bucket that a quantile lies in. */
export interface Bounds {
  lower: number | null;
  upper: number | null;
}

/** True for a frame of verdicts, whose rows have more to say than those of a comparison. */
export function isVerdictFrame(frame: DataFrame): boolean {
  return hasColumns(frame, VERDICT_REQUIRED);
}

/** The verdicts of a frame, rows in their order; null when the frame is none of verdicts. */
export function readVerdicts(frame: DataFrame): Verdict[] | null {
  if (!isVerdictFrame(frame)) {
    return null;
  }
  const groups = readGroups(frame, VERDICT_COLUMNS);
  return readRows(frame, VERDICT_COLUMNS)
    .map((row, index) => verdictOf(row, groups[index] ?? {}))
    .filter((verdict) => verdict !== null);
}

/** Margins point towards worse; which way that is, the direction says. */
function size(value: number | null): number | null {
  return value === null ? null : Math.abs(value);
}

function verdictOf(row: Row<typeof VERDICT_COLUMNS>, group: Labels): Verdict | null {
  const { state, state_live: live, share_state: shareState, direction } = row;
  if (!isOneOf(STATES, state)) {
    return null;
  }
  const baseline = { lower: row.baseline_lower, upper: row.baseline_upper };
  const variant = { lower: row.variant_lower, upper: row.variant_upper };
  return {
    flag: row.flag,
    baseline: row.baseline,
    variant: row.variant,
    signal: row.signal,
    stat: row.stat,
    state,
    live: isOneOf(STATES, live) ? live : state,
    headline: row.headline || row.reason,
    reason: row.reason,
    unit: row.unit,
    differenceUnit: row.difference_unit || row.unit,
    edge: row.edge,
    direction: isOneOf(DIRECTIONS, direction) ? direction : 'lower',
    group,
    baselineValue: row.baseline_value,
    variantValue: row.variant_value,
    judgedBaseline: row.judged_baseline,
    judgedVariant: row.judged_variant,
    difference: row.difference,
    lower: row.lower,
    upper: row.upper,
    margin: size(row.margin),
    marginRelative: size(row.margin_relative),
    marginAbsolute: size(row.margin_absolute),
    level: row.level,
    ratio: row.ratio,
    evidence: row.evidence,
    countBaseline: row.n_baseline,
    countVariant: row.n_variant,
    badBaseline: row.bad_baseline,
    badVariant: row.bad_variant,
    ticks: row.ticks,
    processes: row.processes,
    dispersion: row.dispersion,
    profile: row.profile,
    since: row.since,
    rolloutStart: row.rollout_start,
    firedAt: row.fired_at,
    forecast: row.forecast,
    progress: row.progress,
    lastSeen: row.last_seen,
    share: row.share_variant,
    shareExpected: row.share_expected,
    shareState: isOneOf(SHARE_STATES, shareState) ? shareState : 'unknown',
    observational: row.observational,
    bounds: baseline.upper === null && variant.upper === null ? null : { baseline, variant },
    words: {
      // Of frames that hold no words, as those of old snapshots, the state and the signal speak for themselves.
      word: row.word || state,
      lead: row.lead || row.word || state,
      label: row.label || row.signal,
      detail: row.detail || row.signal,
      detailShort: row.detail_short || row.signal,
      detailLeast: row.detail_least || row.detail_short || row.signal,
      difference: row.difference_text,
      interval: row.interval_text,
      margin: row.margin_text,
      edge: row.edge_text,
      note: row.note,
      tags: row.tags,
      remark: row.remark,
      explanation: row.explanation,
      figures: row.figures,
      shareWord: row.share_word,
      share: row.share_text,
    },
  };
}
