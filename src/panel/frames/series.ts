/**
 * Reads the frame contract of the Flaglens datasource. Meaning travels in labels and field config only,
 * so any datasource that writes the same labels can feed the panel.
 */
import { type DataFrame, type Field, FieldType, type Labels, type QueryResultMetaNotice } from '@grafana/data';

/** What a series stands for in a comparison. */
export type Role = 'baseline' | 'feature' | 'difference' | 'ratio';

/** Which way a signal improves. Without one nothing is called worse or better. */
export type Direction = 'lower' | 'higher' | 'neutral';

/** Labels of a value field that carry meaning; whatever else a field has groups the comparison. */
const MEANING_LABELS = ['flag', 'variant', 'role', 'signal', 'stat'] as const;

const ROLES: readonly Role[] = ['baseline', 'feature', 'difference', 'ratio'];
const DIRECTIONS: readonly Direction[] = ['lower', 'higher', 'neutral'];

/** Units of elapsed time and of ratios, in which less is better unless the field says otherwise. */
const LOWER_IS_BETTER_UNITS: ReadonlySet<string> = new Set(['ns', 'µs', 'ms', 's', 'm', 'h', 'percentunit', 'percent']);

/** Statistics that describe the amount of traffic, which is neither good nor bad. */
const TRAFFIC_STATS: ReadonlySet<string> = new Set(['rate', 'share']);

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

function isRole(value: string | undefined): value is Role {
  return ROLES.some((role) => role === value);
}

/** Whether a value names a direction. */
export function isDirection(value: unknown): value is Direction {
  return DIRECTIONS.some((direction) => direction === value);
}

/** A number as the panel uses it: NaN and whatever is no number is a gap, Infinity stays. */
export function toNumberOrNull(value: unknown): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

/** The labels of a field that the contract gives no meaning to. */
function groupLabels(labels: Labels): Labels {
  const group: Labels = {};
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key];
    if (value !== undefined && !MEANING_LABELS.some((known) => known === key)) {
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
    if (field.type !== FieldType.number || !isRole(role) || !variant || !signal || !stat) {
      return [];
    }
    const values = field.values.map(toNumberOrNull);
    return [{ flag, variant, role, signal, stat, group: groupLabels(field.labels ?? {}), times, values, field }];
  });
}

const ROW_TEXT_FIELDS = ['baseline', 'variant', 'signal', 'stat'] as const;
const ROW_NUMBER_FIELDS = ['baseline_value', 'variant_value', 'difference', 'ratio'] as const;
/** Columns by which a table says more than a comparison does: it is one of verdicts. */
const VERDICT_FIELDS = ['state', 'evidence'] as const;
const ROW_OTHER_FIELDS: ReadonlySet<string> = new Set(['flag', 'unit', 'direction']);

/** The rows of a comparison table, or null when the frame is not one. */
export function readComparisonRows(frame: DataFrame): ComparisonRow[] | null {
  const byName = new Map(frame.fields.map((field) => [field.name, field]));
  const required = [...ROW_TEXT_FIELDS, ...ROW_NUMBER_FIELDS];
  if (!required.every((name) => byName.has(name)) || VERDICT_FIELDS.every((name) => byName.has(name))) {
    return null;
  }
  const text = (name: string, index: number): string => {
    const value: unknown = byName.get(name)?.values[index];
    return typeof value === 'string' ? value : '';
  };
  const number = (name: string, index: number) => toNumberOrNull(byName.get(name)?.values[index]);
  const known = new Set<string>([...required, ...ROW_OTHER_FIELDS]);
  const groupFields = frame.fields.filter((field) => field.type === FieldType.string && !known.has(field.name));

  return Array.from({ length: frame.length }, (_, index) => {
    const direction = text('direction', index);
    const group: Labels = {};
    for (const field of groupFields) {
      group[field.name] = text(field.name, index);
    }
    return {
      flag: text('flag', index),
      baseline: text('baseline', index),
      variant: text('variant', index),
      signal: text('signal', index),
      stat: text('stat', index),
      unit: text('unit', index),
      group,
      baselineValue: number('baseline_value', index),
      variantValue: number('variant_value', index),
      difference: number('difference', index),
      ratio: number('ratio', index),
      direction: isDirection(direction) ? direction : undefined,
    };
  });
}

/** The direction that a unit and a statistic suggest where nothing states one. */
export function impliedDirection(unit: string | undefined, stat: string): Direction {
  return !TRAFFIC_STATS.has(stat) && unit !== undefined && LOWER_IS_BETTER_UNITS.has(unit) ? 'lower' : 'neutral';
}

/** Which way a value field improves: its field config's `custom.direction`, else what its unit suggests. */
export function directionOf(field: Field, stat: string): Direction {
  const custom: unknown = field.config.custom;
  const stated = typeof custom === 'object' && custom !== null && 'direction' in custom ? custom.direction : undefined;
  return isDirection(stated) ? stated : impliedDirection(field.config.unit, stat);
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
