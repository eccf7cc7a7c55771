import {
  FieldColorModeId,
  FieldConfigProperty,
  type FieldConfigSource,
  filterFieldConfigOverrides,
  getPanelOptionsWithDefaults,
  isStandardFieldProp,
  type PanelModel,
  PanelPlugin,
} from '@grafana/data';

import type { DashboardPanel } from './model';

/** What a panel's type decides of a panel. */
export type TypedPanel = Pick<DashboardPanel, 'type' | 'options' | 'fieldConfig' | 'pluginVersion'>;

/** A core panel, which Grafana's packages do not have, by its field options: all the standard ones. */
export function corePlugin(): PanelPlugin {
  return new PanelPlugin(null).useFieldConfig({
    standardOptions: { [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.PaletteClassic } } },
  });
}

function modelOf(panel: TypedPanel): PanelModel<object> {
  return {
    id: 1,
    type: panel.type,
    options: panel.options ?? {},
    fieldConfig: { defaults: {}, overrides: [], ...panel.fieldConfig },
    ...(panel.pluginVersion === undefined ? {} : { pluginVersion: panel.pluginVersion }),
  };
}

/** The options that a plugin has for a panel: what is set, and its defaults. */
function withDefaults(plugin: PanelPlugin, { options, fieldConfig }: PanelModel<object>, isAfterPluginChange: boolean) {
  const all: { options: object; fieldConfig: FieldConfigSource } = getPanelOptionsWithDefaults({
    plugin,
    currentOptions: { ...options },
    currentFieldConfig: fieldConfig,
    isAfterPluginChange,
  });
  return all;
}

/** A panel as Grafana's editor adds it: a time series with all the defaults of one. */
export function newPanel(): TypedPanel {
  const panel = { type: 'timeseries' };
  const { options, fieldConfig } = withDefaults(corePlugin(), modelOf(panel), false);
  return { ...panel, options: { ...options }, fieldConfig };
}

/** Loads a stored panel as Grafana does: migrated where another version stored it, and with the type's defaults. */
export async function loadPanel<P extends TypedPanel>(panel: P, plugin: PanelPlugin): Promise<P> {
  const model = modelOf(panel);
  if (plugin.onPanelMigration) {
    const outdated = plugin.meta.info.version !== panel.pluginVersion || plugin.shouldMigrate?.(model);
    const migrated: object = outdated ? await plugin.onPanelMigration(model) : model.options;
    model.options = migrated;
  }
  const { options, fieldConfig } = withDefaults(plugin, model, false);
  return { ...panel, options: { ...options }, fieldConfig };
}

/** Changes a panel's type as Grafana's editor does: standard field options stay, what only the old type had goes. */
export function changeType<P extends TypedPanel>(panel: P, type: string, plugin: PanelPlugin): P {
  const before = modelOf(panel);
  const kept: FieldConfigSource = {
    defaults: { ...before.fieldConfig.defaults, custom: {} },
    overrides: filterFieldConfigOverrides(before.fieldConfig.overrides, isStandardFieldProp),
  };
  const after = { ...before, type, options: {}, fieldConfig: kept };
  Object.assign(after, withDefaults(plugin, after, true));
  // A plugin that has something to say to this may change the field config in place.
  const said: object | undefined = plugin.onPanelTypeChanged?.(
    after,
    panel.type,
    { ...before.options },
    before.fieldConfig
  );
  return { ...panel, type, options: { ...after.options, ...said }, fieldConfig: after.fieldConfig };
}
