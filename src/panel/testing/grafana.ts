/** What Grafana does around a panel, with its own functions: its options for fields, and the change of a panel's type. */
import {
  applyFieldOverrides,
  createTheme,
  type DataFrame,
  FieldConfigProperty,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  filterFieldConfigOverrides,
  getPanelOptionsWithDefaults,
  isStandardFieldProp,
  type PanelPlugin,
  standardEditorsRegistry,
  type StandardEditorsRegistryItem,
  standardFieldConfigEditorRegistry,
  type ThresholdsConfig,
  ThresholdsMode,
} from '@grafana/data';

/** The thresholds of every new panel. */
export const GRAFANA_THRESHOLDS: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};

const DEFAULTS: Partial<Record<FieldConfigProperty, unknown>> = {
  [FieldConfigProperty.Thresholds]: GRAFANA_THRESHOLDS,
  [FieldConfigProperty.Mappings]: [],
};

const CATEGORIES: Partial<Record<FieldConfigProperty, string>> = {
  [FieldConfigProperty.Thresholds]: 'Thresholds',
  [FieldConfigProperty.Mappings]: 'Value mappings',
  [FieldConfigProperty.Links]: 'Data links',
};

/** Registers what Grafana registers when it starts; the looks of its editors are of no matter to tests. */
export function registerGrafana(editor: StandardEditorsRegistryItem['editor'] = () => null): void {
  standardEditorsRegistry.setInit(() =>
    ['boolean', 'text', 'number', 'select', 'radio', 'thresholds'].map((id): StandardEditorsRegistryItem => ({
      id,
      name: id,
      editor,
    }))
  );
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.values(FieldConfigProperty).map((id): FieldConfigPropertyItem => ({
      id,
      path: id,
      name: id,
      category: [CATEGORIES[id] ?? 'Standard options'],
      editor,
      override: editor,
      defaultValue: DEFAULTS[id],
      process: (value: unknown) => value,
      shouldApply: () => true,
    }))
  );
}

/** The field config of a panel of another type once its type was changed to the plugin's. */
export function afterTypeChange(plugin: PanelPlugin, before: FieldConfigSource): FieldConfigSource {
  const kept: FieldConfigSource = {
    defaults: { ...before.defaults, custom: {} },
    overrides: filterFieldConfigOverrides(before.overrides, isStandardFieldProp),
  };
  return loaded(plugin, kept, true);
}

/** A field config as Grafana completes it for a plugin. */
export function loaded(plugin: PanelPlugin, stored: FieldConfigSource, isAfterPluginChange = false): FieldConfigSource {
  const { fieldConfig } = getPanelOptionsWithDefaults({
    plugin,
    currentOptions: {},
    currentFieldConfig: stored,
    isAfterPluginChange,
  });
  return fieldConfig;
}

/** Frames as the panel gets them. */
export function withFieldConfig(plugin: PanelPlugin, data: DataFrame[], fieldConfig: FieldConfigSource): DataFrame[] {
  return applyFieldOverrides({
    data,
    fieldConfig,
    fieldConfigRegistry: plugin.fieldConfigRegistry,
    replaceVariables: (text) => text,
    theme: createTheme(),
  });
}
