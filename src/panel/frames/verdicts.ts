/**
 * Reads the frames of verdicts: what the backend says of each signal of each feature. Nothing here judges; a state
 * that is not known is passed over rather than guessed at.
 */
import { type DataFrame, FieldType, type Labels } from '@grafana/data';
import { type Direction, isDirection, toNumberOrNull } from './series';

/** What the statistics say of one signal of one feature. */
export type VerdictState =
  'regressed' | 'improved' | 'within margin' | 'inconclusive' | 'insufficient data' | 'withheld' | 'no data';

/** States from the most damaging to the least; the first of a list of rows speaks for all of them. */
export const STATES_BY_DAMAGE: readonly VerdictState[] = [
  'regressed',
  'withheld',
  'inconclusive',
  'insufficient data',
  'no data',
  'within margin',
  'improved',
];

/** Whether the requests are split as they were meant to be; unknown where nothing says how. */
export type ShareState = 'fair' | 'mismatch' | 'unknown';

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
  state: VerdictState;
  /** The state without the latch: a regression that has passed stays regressed until the next rollout. */
  live: VerdictState;
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
  /** The variant's part of the requests, and the part it was allocated, 0..1. */
  share: number | null;
  shareExpected: number | null;
  shareState: ShareState;
  /** True where the variants were targeted, not drawn by lot. */
  observational: boolean;
  /** Bounds of the buckets in which quantiles lie; null for what is no histogram. */
  bounds: { baseline: Bounds; variant: Bounds } | null;
}

/** The bounds of the bucket that a quantile lies in. */
export interface Bounds {
  lower: number | null;
  upper: number | null;
}

const TEXT = ['flag', 'baseline', 'variant', 'signal', 'stat', 'state'] as const;
const NUMBERS = ['baseline_value', 'variant_value', 'difference', 'lower', 'upper', 'margin', 'evidence'] as const;
const OTHER_TEXT: ReadonlySet<string> = new Set([
  'state_live',
  'reason',
  'headline',
  'unit',
  'difference_unit',
  'direction',
  'profile',
  'share_state',
]);

function isState(value: string): value is VerdictState {
  return STATES_BY_DAMAGE.some((state) => state === value);
}

/** True for a frame of verdicts, whose rows have more to say than those of a comparison. */
export function isVerdictFrame(frame: DataFrame): boolean {
  const names = new Set(frame.fields.map(({ name }) => name));
  return [...TEXT, ...NUMBERS].every((name) => names.has(name));
}

/** The verdicts of a frame, rows in their order; null when the frame is none of verdicts. */
export function readVerdicts(frame: DataFrame): Verdict[] | null {
  return isVerdictFrame(frame)
    ? Array.from({ length: frame.length }, (_, index) => readRow(frame, index)).filter((row) => row !== null)
    : null;
}

function readRow(frame: DataFrame, index: number): Verdict | null {
  const cell = (name: string): unknown => frame.fields.find((field) => field.name === name)?.values[index];
  const text = (name: string): string => {
    const value = cell(name);
    return typeof value === 'string' ? value : '';
  };
  const number = (name: string) => toNumberOrNull(cell(name));
  // Margins point towards worse; which way that is, the direction says.
  const size = (name: string) => {
    const value = number(name);
    return value === null ? null : Math.abs(value);
  };
  const state = text('state');
  if (!isState(state)) {
    return null;
  }
  const live = text('state_live');
  const direction = text('direction');
  const shareState = text('share_state');
  const bounds = (arm: string): Bounds => ({ lower: number(`${arm}_lower`), upper: number(`${arm}_upper`) });
  const [baseline, variant] = [bounds('baseline'), bounds('variant')];
  return {
    flag: text('flag'),
    baseline: text('baseline'),
    variant: text('variant'),
    signal: text('signal'),
    stat: text('stat'),
    state,
    live: isState(live) ? live : state,
    headline: text('headline') || text('reason'),
    reason: text('reason'),
    unit: text('unit'),
    differenceUnit: text('difference_unit') || text('unit'),
    edge: number('edge'),
    direction: isDirection(direction) ? direction : 'lower',
    group: groupOf(frame, index),
    baselineValue: number('baseline_value'),
    variantValue: number('variant_value'),
    difference: number('difference'),
    lower: number('lower'),
    upper: number('upper'),
    margin: size('margin'),
    marginRelative: size('margin_relative'),
    marginAbsolute: size('margin_absolute'),
    level: number('level'),
    ratio: number('ratio'),
    evidence: number('evidence'),
    countBaseline: number('n_baseline'),
    countVariant: number('n_variant'),
    badBaseline: number('bad_baseline'),
    badVariant: number('bad_variant'),
    ticks: number('ticks'),
    processes: number('processes'),
    dispersion: number('dispersion'),
    profile: text('profile'),
    since: number('since'),
    rolloutStart: number('rollout_start'),
    firedAt: number('fired_at'),
    forecast: number('forecast'),
    share: number('share_variant'),
    shareExpected: number('share_expected'),
    shareState: shareState === 'fair' || shareState === 'mismatch' ? shareState : 'unknown',
    observational: cell('observational') === true,
    bounds: baseline.upper === null && variant.upper === null ? null : { baseline, variant },
  };
}

/** Text columns that the contract does not name are what the query groups by. */
function groupOf(frame: DataFrame, index: number): Labels {
  const known = new Set<string>([...TEXT, ...OTHER_TEXT]);
  const group: Labels = {};
  for (const { name, type, values } of frame.fields) {
    const value: unknown = values[index];
    if (type === FieldType.string && !known.has(name) && typeof value === 'string') {
      group[name] = value;
    }
  }
  return group;
}
