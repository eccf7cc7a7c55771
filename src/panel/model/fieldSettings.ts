import { type Field, type ThresholdsConfig, ThresholdsMode } from '@grafana/data';
import { type ValueStyle } from '../format/numbers';

/**
 * What can be set for a field in this panel alone, under `custom` in its field config. Grafana hands the standard
 * options of one panel on to the next when its type changes, `custom` never: so what is here was set for us.
 */
export interface FieldSettings {
  /** Limits that lines are drawn for. */
  thresholds?: ThresholdsConfig;
  /** Ends of the axis, in the unit of the values. */
  axisMin?: number;
  axisMax?: number;
  decimals?: number;
}

/** The standard options that this panel does not offer, and its own that took their place. */
export const MOVED = { thresholds: 'thresholds', min: 'axisMin', max: 'axisMax', decimals: 'decimals' } as const;
export type Standard = keyof typeof MOVED;
export const STANDARD = Object.keys(MOVED) as Standard[];

/** How a field is drawn and written. */
export interface FieldLook {
  style: ValueStyle;
  thresholds?: ThresholdsConfig;
  min?: number;
  max?: number;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether a value, which may be written by hand, has the shape of thresholds. */
export function isThresholds(value: unknown): value is ThresholdsConfig {
  return isRecord(value) && Array.isArray(value.steps) && value.steps.every(isRecord);
}

/** Thresholds as Grafana gives them to every new panel, which nobody set: from 80 on it is red. */
export function isUntouched(value: unknown): boolean {
  if (!isThresholds(value) || value.mode === ThresholdsMode.Percentage) {
    return false;
  }
  const [base, step, ...more] = value.steps;
  return base?.color === 'green' && step?.color === 'red' && step.value === 80 && more.length === 0;
}

/** What was set for a field here, else what its data says itself. */
export function lookOf({ config }: Pick<Field, 'config'>): FieldLook {
  const custom: unknown = config.custom;
  const own = isRecord(custom) ? custom : {};
  return {
    style: { unit: config.unit, decimals: finite(own.decimals) ?? config.decimals },
    // A former type's untouched thresholds stay with the data for a while after a change of type.
    thresholds: isThresholds(own.thresholds)
      ? own.thresholds
      : isUntouched(config.thresholds)
        ? undefined
        : config.thresholds,
    min: finite(own.axisMin) ?? finite(config.min),
    max: finite(own.axisMax) ?? finite(config.max),
  };
}
