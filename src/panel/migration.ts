import {
  type ConfigOverrideRule,
  type DynamicConfigValue,
  type FieldConfig,
  type FieldConfigSource,
  type PanelMigrationHandler,
} from '@grafana/data';
import { type ComparisonFieldConfig } from './fieldOptions';
import { isThresholds, isUntouched, MOVED, STANDARD, type Standard } from './model/fieldSettings';
import { finiteSteps } from './model/thresholds';
import { type ComparisonOptions } from './options';

/** All that this panel ever kept under `custom`. */
const OWN: ReadonlySet<string> = new Set(['direction', ...Object.values(MOVED)]);

function isStandard(id: string): id is Standard {
  return id in MOVED;
}

/** Whether a value of a standard option was set, and draws or writes something. */
function wasSet(id: Standard, value: unknown): boolean {
  return id === 'thresholds'
    ? isThresholds(value) && finiteSteps(value).length > 0 && !isUntouched(value)
    : typeof value === 'number';
}

/** Whether the settings are another panel's, whose type was changed in the JSON: Grafana itself clears `custom`. */
function isForeign({ custom }: FieldConfig<ComparisonFieldConfig>): boolean {
  return Object.keys(custom ?? {}).some((key) => !OWN.has(key));
}

function migrateDefaults(defaults: FieldConfig<ComparisonFieldConfig>): FieldConfig<ComparisonFieldConfig> {
  const { thresholds, min, max, decimals, ...others } = defaults;
  if (isForeign(defaults)) {
    return { ...others, custom: {} };
  }
  const values: Record<Standard, unknown> = { thresholds, min, max, decimals };
  const moved: Array<[string, unknown]> = STANDARD.filter((id) => wasSet(id, values[id])).map((id) => [
    MOVED[id],
    values[id],
  ]);
  return { ...others, custom: { ...Object.fromEntries(moved), ...others.custom } };
}

function migrateOverride(override: ConfigOverrideRule, foreign: boolean): ConfigOverrideRule {
  const properties = override.properties.flatMap((property): DynamicConfigValue[] => {
    const { id } = property;
    if (!isStandard(id)) {
      return [property];
    }
    return !foreign && wasSet(id, property.value) ? [{ ...property, id: `custom.${MOVED[id]}` }] : [];
  });
  return { ...override, properties };
}

/** Whether a field config still has standard options that are the panel's own now. One written by hand may lack parts. */
export function isOutdated(config: Partial<FieldConfigSource> | undefined): boolean {
  return (
    STANDARD.some((id) => config?.defaults?.[id] !== undefined) ||
    (config?.overrides ?? []).some(({ properties }) => properties.some(({ id }) => isStandard(id)))
  );
}

/**
 * Brings a stored panel up to date. Until 0.1.0 thresholds, the ends of the axis and decimals were standard options, and
 * those of a panel's former type came along. What was set goes on; what Grafana gives to every new panel is dropped.
 */
export const migrate: PanelMigrationHandler<ComparisonOptions> = (panel) => {
  const stored: Partial<FieldConfigSource<ComparisonFieldConfig>> = panel.fieldConfig;
  if (isOutdated(stored)) {
    const { defaults = {}, overrides = [] } = stored;
    // The host may hold on to the stored one, so it stays as it is.
    panel.fieldConfig = {
      defaults: migrateDefaults(defaults),
      overrides: overrides.map((override) => migrateOverride(override, isForeign(defaults))),
    };
  }
  return panel.options;
};
