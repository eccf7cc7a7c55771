/** Frames for tests: those that the backend's tests wrote, and small ones made by hand. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type DataFrame,
  type DataFrameJSON,
  dataFrameFromJSON,
  dateTime,
  FieldType,
  LoadingState,
  type PanelData,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import { type Direction, type Role } from '../../contract/constants.gen';

/** An answer as the backend's tests wrote it to testdata/frames. */
interface Golden {
  status: number;
  error?: string;
  frames: DataFrameJSON[];
}

function golden(name: string): Golden {
  const file = path.resolve(__dirname, '../../../testdata/frames', `${name}.json`);
  // The file is our own; a field that is missing fails the test that reads it.
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}

/** The frames of a golden answer, as those of the query A. */
export function goldenFrames(name: string): DataFrame[] {
  return golden(name).frames.map((frame) => ({ ...dataFrameFromJSON(frame), refId: 'A' }));
}

/** The error message of a golden answer. */
export function goldenError(name: string): string {
  return golden(name).error ?? '';
}

/** What a series frame stands for; whatever a test does not care about has a default. */
export interface SeriesSpec {
  signal?: string;
  stat?: string;
  role?: Role;
  variant?: string;
  flag?: string;
  unit?: string;
  direction?: Direction;
  times?: number[];
  values: Array<number | null>;
  labels?: Record<string, string>;
}

/** One minute apart. */
export function minutes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index * 60_000);
}

/** A series frame by the contract. */
export function seriesFrame(spec: SeriesSpec): DataFrame {
  const { signal = 'latency', stat = 'p95', role = 'baseline', flag = 'checkout-v2', unit = 's', values } = spec;
  const variant = spec.variant ?? (role === 'baseline' ? 'off' : 'on');
  return toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: spec.times ?? minutes(values.length) },
      {
        name: 'Value',
        type: FieldType.number,
        values,
        labels: { flag, variant, role, signal, stat, ...spec.labels },
        config: { unit, custom: spec.direction ? { direction: spec.direction } : undefined },
      },
    ],
  });
}

/** A baseline, a feature, and what the backend says lies between them. */
export function pair(
  spec: Omit<SeriesSpec, 'role' | 'values'>,
  baseline: Array<number | null>,
  feature: Array<number | null>
): DataFrame[] {
  const combine = (of: (b: number, f: number) => number) =>
    feature.map((value, index) => {
      const base = baseline[index];
      return value === null || base === null || base === undefined ? null : of(base, value);
    });
  return [
    seriesFrame({ ...spec, variant: 'off', role: 'baseline', values: baseline }),
    seriesFrame({ ...spec, role: 'feature', values: feature }),
    seriesFrame({ ...spec, role: 'difference', values: combine((b, f) => f - b) }),
    seriesFrame({ ...spec, role: 'ratio', unit: 'none', values: combine((b, f) => f / b) }),
  ];
}

/** The time range from the epoch over so many minutes. */
export function rangeOf(count: number): TimeRange {
  const [from, to] = [dateTime(0), dateTime((count - 1) * 60_000)];
  return { from, to, raw: { from, to } };
}

/** An answer that is complete, unless `more` says otherwise. */
export function answer(series: DataFrame[], more: Partial<PanelData> = {}): PanelData {
  return { state: LoadingState.Done, series, timeRange: rangeOf(10), ...more };
}
