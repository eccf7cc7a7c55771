import { type ThresholdsConfig, ThresholdsMode } from '@grafana/data';
import { type Scale } from './scale';

/** A threshold as a line on an axis. */
export interface ThresholdLine {
  value: number;
  /** A colour name or code of the field config. */
  color: string;
}

/** The nearest limit beyond an end of an axis, which is named there and has no line. */
export interface Beyond<T> {
  end: 'above' | 'below';
  limit: T;
}

/** Steps that have a place of their own; the base step has none. */
export function finiteSteps(config: ThresholdsConfig | undefined): ThresholdLine[] {
  return (config?.steps ?? [])
    .filter(({ value, color }) => typeof value === 'number' && Number.isFinite(value) && color !== 'transparent')
    .map(({ value, color }) => ({ value, color }));
}

/** Thresholds with values of their own, which an axis makes room for where they are near. */
export function absoluteThresholds(config: ThresholdsConfig | undefined): ThresholdLine[] {
  return config?.mode === ThresholdsMode.Percentage ? [] : finiteSteps(config);
}

/** Whether an axis reaches a value. */
export function within({ min, max }: Scale): (value: number) => boolean {
  return (value) => value >= min && value <= max;
}

/** Thresholds as lines within an axis; percentages are parts of the axis, as in Grafana's own panels. */
export function thresholdLines(config: ThresholdsConfig | undefined, scale: Scale): ThresholdLine[] {
  const lines = finiteSteps(config);
  return config?.mode === ThresholdsMode.Percentage
    ? lines.map(({ value, color }) => ({ value: scale.min + (value / 100) * (scale.max - scale.min), color }))
    : lines.filter(({ value }) => within(scale)(value));
}

/** What of some limits lies beyond an axis: the nearest at each end. */
export function beyondAxis<T extends { value: number }>(limits: readonly T[], { min, max }: Scale): Array<Beyond<T>> {
  const nearest = (found: readonly T[], isNearer: (a: T, b: T) => boolean) =>
    found.reduce<T | null>((best, limit) => (best === null || isNearer(limit, best) ? limit : best), null);
  const above = nearest(
    limits.filter(({ value }) => value > max),
    (a, b) => a.value < b.value
  );
  const below = nearest(
    limits.filter(({ value }) => value < min),
    (a, b) => a.value > b.value
  );
  return [
    ...(above ? [{ end: 'above' as const, limit: above }] : []),
    ...(below ? [{ end: 'below' as const, limit: below }] : []),
  ];
}
