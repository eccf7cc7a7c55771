import { type ThresholdsConfig, ThresholdsMode } from '@grafana/data';
import { type Scale } from './scale';

/** A threshold as a line on an axis. */
export interface ThresholdLine {
  value: number;
  /** A colour name or code of the field config. */
  color: string;
}

/** Steps of the field config that have a place of their own; the base step has none. */
function finiteSteps(config: ThresholdsConfig | undefined): ThresholdLine[] {
  return (config?.steps ?? [])
    .filter(({ value, color }) => typeof value === 'number' && Number.isFinite(value) && color !== 'transparent')
    .map(({ value, color }) => ({ value, color }));
}

/** Absolute threshold values, which an axis makes room for. */
export function absoluteThresholds(config: ThresholdsConfig | undefined): number[] {
  return config?.mode === ThresholdsMode.Percentage ? [] : finiteSteps(config).map(({ value }) => value);
}

/** Thresholds as lines within an axis; percentages are parts of the axis, as in Grafana's own panels. */
export function thresholdLines(config: ThresholdsConfig | undefined, scale: Scale): ThresholdLine[] {
  const lines = finiteSteps(config);
  return config?.mode === ThresholdsMode.Percentage
    ? lines.map(({ value, color }) => ({ value: scale.min + (value / 100) * (scale.max - scale.min), color }))
    : lines.filter(({ value }) => value >= scale.min && value <= scale.max);
}
