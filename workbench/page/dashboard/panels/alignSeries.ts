import { type DataFrame, type Field, FieldType, getFieldDisplayName } from '@grafana/data';

/** A line on the common time axis. */
export interface AlignedSeries {
  name: string;
  field: Field;
  /** A value per time; null is a gap. */
  values: Array<number | null>;
}

export interface Aligned {
  /** Unix milliseconds, ascending. */
  times: number[];
  series: AlignedSeries[];
}

function isTime(field: Field): field is Field<number> {
  return field.type === FieldType.time;
}

/** Whether Grafana's panels leave a field out of what they draw, because its config says so. */
export function isHidden({ config }: Field): boolean {
  return Boolean((config.custom as { hideFrom?: { viz?: boolean } } | undefined)?.hideFrom?.viz);
}

/** Brings all number fields of frames onto one time axis. Where a series has no sample it has a gap. */
export function alignSeries(frames: readonly DataFrame[]): Aligned {
  const columns = frames.flatMap((frame) => {
    const time = frame.fields.find(isTime);
    return time
      ? frame.fields
          .filter((field) => field.type === FieldType.number && !isHidden(field))
          .map((field: Field<number | null>) => ({
            field,
            name: getFieldDisplayName(field, frame, [...frames]),
            time: time.values,
          }))
      : [];
  });
  const times = [...new Set(columns.flatMap(({ time }) => time))].sort((a, b) => a - b);
  const index = new Map(times.map((time, position) => [time, position]));
  const series = columns.map(({ field, name, time }) => {
    const values = new Array<number | null>(times.length).fill(null);
    time.forEach((at, position) => {
      values[index.get(at) ?? 0] = field.values[position] ?? null;
    });
    return { name, field, values };
  });
  return { times, series };
}
