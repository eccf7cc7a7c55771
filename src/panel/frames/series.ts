/**
 * Reads the frame contract of the Flaglens datasource. Meaning travels in labels and field config only,
 * so any datasource that writes the same labels can feed the panel.
 */
import { type DataFrame, type Field, FieldType, type Labels, type QueryResultMetaNotice } from '@grafana/data';
import {
  COMPARISON_COLUMNS,
  COMPARISON_REQUIRED,
  type Direction,
  DIRECTIONS,
  PLAIN_STATS_BY_KIND,
  type Role,
  ROLES,
  SERIES_LABELS,
} from '../../contract/constants.gen';
import { hasColumns, isOneOf, readGroups, readRows, toNumberOrNull } from './rows';
import { isVerdictFrame } from './verdicts';

/** Units of elapsed time and of ratios, in which less is better unless the field says otherwise. */
const LOWER_IS_BETTER_UNITS: ReadonlySet<string> = new Set(['ns', 'µs', 'ms', 's', 'm', 'h', 'percentunit', 'percent']);

/** Statistics that describe the amount of traffic, which is neither good nor bad. */
const TRAFFIC_STATS: ReadonlySet<string> = new Set(PLAIN_STATS_BY_KIND.rate);

/** One line of a comparison: what it stands for, and its points. `values` holds null for a gap and may hold Infinity. */
export interface ComparisonSeries {
  flag: string;
  variant: string;
  role: Role;
  signal: string;
  stat: string;
  /** Labels beyond the contract's own: the query's groupBy. */
  group: Labels;
  /** Milliseconds since the epoch, ascending. */
  times: number[];
  values: Array<number | null>;
  /** The value field, for its unit, thresholds and direction. */
  field: Field;
}

/** One row of the `numeric-long` answer: one signal of one feature over the whole range. */
export interface ComparisonRow {
  flag: string;
  baseline: string;
  variant: string;
  signal: string;
  stat: string;
  unit: string;
  /** Labels beyond the contract's own: the query's groupBy. */
  group: Labels;
  baselineValue: number | null;
  variantValue: number | null;
  difference: number | null;
  ratio: number | null;
  direction?: Direction;
}

/** The labels of a field that the contract gives no meaning to. */
function groupLabels(labels: Labels): Labels {
  const group: Labels = {};
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key];
    if (value !== undefined && !isOneOf(SERIES_LABELS, key)) {
      group[key] = value;
    }
  }
  return group;
}

/** Every comparison series of one frame; empty when the frame carries none. Wide frames give one per value field. */
export function readSeries(frame: DataFrame): ComparisonSeries[] {
  const time = frame.fields.find((field) => field.type === FieldType.time);
  if (!time) {
    return [];
  }
  const times = (time.values as unknown[]).map(Number);
  return frame.fields.flatMap((field): ComparisonSeries[] => {
    const { flag = '', variant, role, signal, stat } = field.labels ?? {};
    if (field.type !== FieldType.number || !isOneOf(ROLES, role) || !variant || !signal || !stat) {
      return [];
    }
    const values = field.values.map(toNumberOrNull);
    return [{ flag, variant, role, signal, stat, group: groupLabels(field.labels ?? {}), times, values, field }];
  });
}

/** The rows of a comparison table, or null when the frame is not one. */
export function readComparisonRows(frame: DataFrame): ComparisonRow[] | null {
  if (!hasColumns(frame, COMPARISON_REQUIRED) || isVerdictFrame(frame)) {
    return null;
  }
  const groups = readGroups(frame, COMPARISON_COLUMNS);
  return readRows(frame, COMPARISON_COLUMNS).map((row, index) => ({
    flag: row.flag,
    baseline: row.baseline,
    variant: row.variant,
    signal: row.signal,
    stat: row.stat,
    unit: row.unit,
    group: groups[index] ?? {},
    baselineValue: row.baseline_value,
    variantValue: row.variant_value,
    difference: row.difference,
    ratio: row.ratio,
    direction: isOneOf(DIRECTIONS, row.direction) ? row.direction : undefined,
  }));
}

/** The direction that a unit and a statistic suggest where nothing states one. */
export function impliedDirection(unit: string | undefined, stat: string): Direction {
  return !TRAFFIC_STATS.has(stat) && unit !== undefined && LOWER_IS_BETTER_UNITS.has(unit) ? 'lower' : 'neutral';
}

/** Which way a value field improves: its field config's `custom.direction`, else what its unit suggests. */
export function directionOf(field: Field, stat: string): Direction {
  const custom: unknown = field.config.custom;
  const stated = typeof custom === 'object' && custom !== null && 'direction' in custom ? custom.direction : undefined;
  return isOneOf(DIRECTIONS, stated) ? stated : impliedDirection(field.config.unit, stat);
}

/** The quantile that a statistic names, 0..1: `p95` is 0.95, `p99.9` is 0.999; null when it names none. */
export function quantileOf(stat: string): number | null {
  const match = /^p(\d+(?:\.\d+)?)$/.exec(stat);
  const percent = match ? Number(match[1]) : Number.NaN;
  return percent >= 0 && percent <= 100 ? percent / 100 : null;
}

/** The notices of all frames, each text once. */
export function noticesOf(frames: DataFrame[]): QueryResultMetaNotice[] {
  const byText = new Map<string, QueryResultMetaNotice>();
  for (const notice of frames.flatMap((frame) => frame.meta?.notices ?? [])) {
    byText.set(notice.text, byText.get(notice.text) ?? notice);
  }
  return [...byText.values()];
}
