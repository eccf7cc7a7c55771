/** Reads the frames of distributions: cumulative shares, the shift of the quantiles, and heatmaps. */
import { type DataFrame, FieldType } from '@grafana/data';
import {
  type Arm,
  ARMS,
  CUMULATIVE_COLUMNS,
  CUMULATIVE_REQUIRED,
  SHIFT_COLUMNS,
  SHIFT_REQUIRED,
} from '../../contract/constants.gen';
import { hasColumns, isOneOf, readRows, toNumberOrNull } from './rows';

/** What a part of a distribution is about. */
export interface DistributionSubject {
  flag: string;
  variant: string;
  signal: string;
}

/** The share of observations that are at most `bound`, known exactly at the bounds of the buckets. */
export interface Cumulative extends DistributionSubject {
  role: Arm;
  /** Grafana's unit id of the bounds. */
  unit: string;
  /** Ascending; the last bound may be infinite. `count` is of all observations up to the bound. */
  points: Array<{ bound: number; share: number; count: number }>;
}

/** How far one quantile of the feature lies from the baseline's, with what its buckets leave open. */
export interface Shift extends DistributionSubject {
  baseline: string;
  unit: string;
  /** 0..1. */
  quantile: number;
  baselineValue: number | null;
  variantValue: number | null;
  difference: number | null;
  /** Wherever in their buckets the two quantiles lie, the difference lies between these; ends may be infinite. */
  lower: number | null;
  upper: number | null;
}

/** Observations a second in each bucket over time. */
export interface Heatmap extends DistributionSubject {
  role: Arm;
  /** Milliseconds since the epoch. */
  times: number[];
  /** From the lowest bucket up; a value is of that bucket alone, null for a gap. */
  rows: Array<{ upper: number; values: Array<number | null> }>;
}

function unitOf(frame: DataFrame, name: string): string {
  return frame.fields.find((field) => field.name === name)?.config.unit ?? '';
}

function armOf(role: unknown): Arm {
  return isOneOf(ARMS, role) ? role : 'feature';
}

/** The cumulative distributions of a frame, one for each variant and signal, in their order. */
export function readCumulative(frame: DataFrame): Cumulative[] {
  if (!hasColumns(frame, CUMULATIVE_REQUIRED)) {
    return [];
  }
  const found = new Map<string, Cumulative>();
  for (const { flag, variant, signal, role, le: bound, share, count } of readRows(frame, CUMULATIVE_COLUMNS)) {
    if (bound === null || share === null) {
      continue;
    }
    const key = JSON.stringify([flag, variant, signal]);
    const known = found.get(key) ?? { flag, variant, signal, role: armOf(role), unit: unitOf(frame, 'le'), points: [] };
    known.points.push({ bound, share, count: count ?? 0 });
    found.set(key, known);
  }
  return [...found.values()];
}

/** The shift function of a frame, a row for each variant and quantile, in their order. */
export function readShift(frame: DataFrame): Shift[] {
  if (!hasColumns(frame, SHIFT_REQUIRED)) {
    return [];
  }
  return readRows(frame, SHIFT_COLUMNS).flatMap((row): Shift[] =>
    row.quantile === null
      ? []
      : [
          {
            flag: row.flag,
            baseline: row.baseline,
            variant: row.variant,
            signal: row.signal,
            unit: unitOf(frame, 'difference'),
            quantile: row.quantile,
            baselineValue: row.baseline_value,
            variantValue: row.variant_value,
            difference: row.difference,
            lower: row.difference_lower,
            upper: row.difference_upper,
          },
        ]
  );
}

function boundOf(le: string): number {
  return le === '+Inf' ? Infinity : Number(le);
}

/** The heatmap of a frame, or null when it is none. */
export function readHeatmap(frame: DataFrame): Heatmap | null {
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  const buckets = frame.fields.filter(
    ({ type, labels }) => type === FieldType.number && labels?.le !== undefined && labels.variant !== undefined
  );
  const [first] = buckets;
  if (!time || !first?.labels) {
    return null;
  }
  const { flag = '', variant = '', signal = '', role } = first.labels;
  return {
    flag,
    variant,
    signal,
    role: armOf(role),
    times: (time.values as unknown[]).map(Number),
    rows: buckets
      .map(({ labels, values }) => ({ upper: boundOf(labels?.le ?? ''), values: values.map(toNumberOrNull) }))
      .filter(({ upper }) => !Number.isNaN(upper))
      .sort((a, b) => a.upper - b.upper),
  };
}
