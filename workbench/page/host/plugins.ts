import {
  AppPlugin,
  type AppPluginMeta,
  type DataSourceApi,
  type DataSourcePlugin,
  PanelPlugin,
  type PanelPluginMeta,
  type PluginMeta,
} from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';

import { loadModule } from './pluginModules';
import { sharedModules } from './sharedModules';

export type DatasourceModule = DataSourcePlugin<DataSourceApi>;

const panels = new Map<string, PanelPlugin>();

function isModule(value: unknown): value is { plugin: unknown } {
  return typeof value === 'object' && value !== null && 'plugin' in value;
}

function isDatasource(value: unknown): value is DatasourceModule {
  return typeof value === 'object' && value !== null && 'DataSourceClass' in value;
}

async function loadPlugin(id: string): Promise<{ plugin: unknown; meta: PluginMeta }> {
  const meta = await getBackendSrv().get<PluginMeta>(`/api/plugins/${id}/settings`);
  const base = `public/plugins/${id}`;
  const exported = await loadModule(`/${base}/module.js`, sharedModules);
  if (!isModule(exported)) {
    throw new Error(`${id} exports no plugin.`);
  }
  return { plugin: exported.plugin, meta: { ...meta, module: `${base}/module.js`, baseUrl: base } };
}

/** Loads the built datasource plugin. */
export async function loadDatasourcePlugin(id: string): Promise<DatasourceModule> {
  const { plugin, meta } = await loadPlugin(id);
  if (!isDatasource(plugin)) {
    throw new Error(`${id} is no datasource.`);
  }
  plugin.meta = meta;
  return plugin;
}

/** Loads the built app plugin. */
export async function loadAppPlugin(id: string): Promise<{ root: AppPlugin['root']; meta: AppPluginMeta }> {
  const { plugin, meta } = await loadPlugin(id);
  if (!(plugin instanceof AppPlugin)) {
    throw new Error(`${id} is no app.`);
  }
  return { root: (plugin as AppPlugin).root, meta };
}

/** Loads the built panel plugin. */
export async function loadPanelPlugin(id: string): Promise<PanelPlugin> {
  const known = panels.get(id);
  if (known) {
    return known;
  }
  const { plugin, meta } = await loadPlugin(id);
  if (!(plugin instanceof PanelPlugin)) {
    throw new Error(`${id} is no panel.`);
  }
  const panel = plugin as PanelPlugin;
  panel.meta = meta as PanelPluginMeta;
  panels.set(id, panel);
  return panel;
}

/** The panel plugin if it was loaded before. */
export function loadedPanelPlugin(id: string): PanelPlugin | undefined {
  return panels.get(id);
}
