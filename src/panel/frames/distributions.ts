/** Reads the frames of distributions: cumulative shares, the shift of the quantiles, and heatmaps. */
import { type DataFrame, FieldType } from '@grafana/data';
import { toNumberOrNull } from './series';

/** What a part of a distribution is about. */
export interface DistributionSubject {
  flag: string;
  variant: string;
  signal: string;
}

/** The share of observations that are at most `bound`, known exactly at the bounds of the buckets. */
export interface Cumulative extends DistributionSubject {
  role: 'baseline' | 'feature';
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
  role: 'baseline' | 'feature';
  /** Milliseconds since the epoch. */
  times: number[];
  /** From the lowest bucket up; a value is of that bucket alone, null for a gap. */
  rows: Array<{ upper: number; values: Array<number | null> }>;
}

type Cell = (name: string, index: number) => unknown;

function cellsOf(frame: DataFrame): Cell {
  const byName = new Map(frame.fields.map((field) => [field.name, field]));
  return (name, index) => byName.get(name)?.values[index] as unknown;
}

function textOf(cell: Cell, name: string, index: number): string {
  const value = cell(name, index);
  return typeof value === 'string' ? value : '';
}

function hasFields(frame: DataFrame, names: readonly string[]): boolean {
  return names.every((name) => frame.fields.some((field) => field.name === name));
}

function unitOf(frame: DataFrame, name: string): string {
  return frame.fields.find((field) => field.name === name)?.config.unit ?? '';
}

/** The cumulative distributions of a frame, one for each variant and signal, in their order. */
export function readCumulative(frame: DataFrame): Cumulative[] {
  if (!hasFields(frame, ['variant', 'signal', 'role', 'le', 'share', 'count'])) {
    return [];
  }
  const cell = cellsOf(frame);
  const found = new Map<string, Cumulative>();
  for (let index = 0; index < frame.length; index++) {
    const [flag, variant, signal] = ['flag', 'variant', 'signal'].map((name) => textOf(cell, name, index));
    const bound = toNumberOrNull(cell('le', index));
    const share = toNumberOrNull(cell('share', index));
    if (bound === null || share === null) {
      continue;
    }
    const key = JSON.stringify([flag, variant, signal]);
    const known = found.get(key) ?? {
      flag: flag ?? '',
      variant: variant ?? '',
      signal: signal ?? '',
      role: textOf(cell, 'role', index) === 'baseline' ? 'baseline' : 'feature',
      unit: unitOf(frame, 'le'),
      points: [],
    };
    known.points.push({ bound, share, count: toNumberOrNull(cell('count', index)) ?? 0 });
    found.set(key, known);
  }
  return [...found.values()];
}

/** The shift function of a frame, a row for each variant and quantile, in their order. */
export function readShift(frame: DataFrame): Shift[] {
  if (!hasFields(frame, ['variant', 'signal', 'quantile', 'difference'])) {
    return [];
  }
  const cell = cellsOf(frame);
  const number = (name: string, index: number) => toNumberOrNull(cell(name, index));
  return Array.from({ length: frame.length }, (_, index): Shift | null => {
    const quantile = number('quantile', index);
    return quantile === null
      ? null
      : {
          flag: textOf(cell, 'flag', index),
          baseline: textOf(cell, 'baseline', index),
          variant: textOf(cell, 'variant', index),
          signal: textOf(cell, 'signal', index),
          unit: unitOf(frame, 'difference'),
          quantile,
          baselineValue: number('baseline_value', index),
          variantValue: number('variant_value', index),
          difference: number('difference', index),
          lower: number('difference_lower', index),
          upper: number('difference_upper', index),
        };
  }).filter((row) => row !== null);
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
    role: role === 'baseline' ? 'baseline' : 'feature',
    times: (time.values as unknown[]).map(Number),
    rows: buckets
      .map(({ labels, values }) => ({ upper: boundOf(labels?.le ?? ''), values: values.map(toNumberOrNull) }))
      .filter(({ upper }) => !Number.isNaN(upper))
      .sort((a, b) => a.upper - b.upper),
  };
}
