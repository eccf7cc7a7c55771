import { type DataFrame, type Field, FieldType } from '@grafana/data';

/** Buckets over time, as numbers that can be drawn. */
export interface Heatmap {
  name: string;
  /** Unix milliseconds, ascending. */
  times: number[];
  /** Milliseconds from one column to the next. */
  step: number;
  /** From the lowest bucket to the highest; `label` is its upper bound. */
  rows: Array<{ label: string; field: Field; values: Array<number | null> }>;
  /** The largest value, which has the strongest colour. */
  max: number;
}

const defaultStep = 15_000;

/** Reads a frame of type heatmap-rows: a time field, and a number field a bucket. */
export function heatmapOf(frame: DataFrame): Heatmap | undefined {
  const time = frame.fields.find((field): field is Field<number> => field.type === FieldType.time);
  const buckets = frame.fields.filter((field): field is Field<number | null> => field.type === FieldType.number);
  if (!time || buckets.length === 0) {
    return undefined;
  }
  const gaps = time.values.slice(1).map((at, index) => at - (time.values[index] ?? at));
  const rows = buckets.map((field) => ({
    label: field.labels?.le ?? field.name,
    field,
    values: field.values,
  }));
  const { flag, variant } = buckets[0]?.labels ?? {};
  return {
    name: [flag, variant].filter(Boolean).join(' · '),
    times: time.values,
    step: gaps.length > 0 ? Math.min(...gaps) : defaultStep,
    rows,
    max: rows.reduce((all, { values }) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), all), 0),
  };
}

/** Rows between the lowest and the highest bucket that ever hold something, so that empty ones take no room. */
export function usedRows({ rows }: Heatmap): Heatmap['rows'] {
  const used = rows.map(({ values }) => values.some((value) => value !== null && value > 0));
  const first = used.indexOf(true);
  return first < 0 ? [] : rows.slice(first, used.lastIndexOf(true) + 1);
}
