import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourcePluginMeta,
  type DataSourceRef,
  type ScopedVars,
} from '@grafana/data';
import { type DataSourceSrv, getBackendSrv, getTemplateSrv, type GetDataSourceListFilters } from '@grafana/runtime';

import { type DatasourceModule, loadDatasourcePlugin } from './plugins';
import { type StoredDatasource } from './StoredDatasource';

/** The datasource that the workbench begins with. */
export const datasourceUid = 'flaglens';
const pluginId = 'flaglens-datasource';

type Reference = DataSourceRef | string | null | undefined;

interface Entry {
  settings: DataSourceInstanceSettings;
  /** Absent for those of another type: Grafana would have their plugins, the workbench has not. */
  instance?: DataSourceApi;
}

/** The workbench's datasources: their settings, the built plugin's code, and the instances of it. */
export class DatasourceService implements DataSourceSrv {
  #plugin: DatasourceModule | undefined;
  #entries: Entry[] = [];

  /** Loads the plugin and the settings, or only the settings anew. */
  async reload(): Promise<void> {
    const stored = await getBackendSrv().get<StoredDatasource[]>('/api/datasources');
    this.#plugin ??= await loadDatasourcePlugin(pluginId);
    const plugin = this.#plugin;
    this.#entries = stored.map((datasource) => toEntry(datasource, plugin));
  }

  /** The plugin's module, with its editors. */
  get plugin(): DatasourceModule {
    if (!this.#plugin) {
      throw new Error('The datasource plugin is not loaded yet.');
    }
    return this.#plugin;
  }

  /** The one that is meant where nobody says which; `undefined` where there is none of ours. */
  get usual(): DataSourceApi | undefined {
    return this.#find(undefined)?.instance;
  }

  /**
   * The one that a reference, possibly a variable, means; the usual one where it means none.
   *
   * @throws Error if there is none of ours
   */
  meant(ref: Reference): DataSourceApi {
    const instance = this.#find(ref)?.instance ?? this.usual;
    if (!instance) {
      throw new Error('There is no Flaglens datasource yet.');
    }
    return instance;
  }

  get(ref?: Reference, scopedVars?: ScopedVars): Promise<DataSourceApi> {
    const instance = this.#find(ref, scopedVars)?.instance;
    return instance
      ? Promise.resolve(instance)
      : Promise.reject(new Error(`Datasource ${describe(ref)} was not found in the workbench.`));
  }

  getList(filters: GetDataSourceListFilters = {}): DataSourceInstanceSettings[] {
    const { pluginId: wanted, type } = filters;
    const types = type === undefined ? [] : [type].flat();
    return this.#entries
      .map(({ settings }) => settings)
      .filter(
        (settings) =>
          (wanted === undefined || wanted === settings.type) &&
          (types.length === 0 || types.includes(settings.type)) &&
          (filters.filter?.(settings) ?? true)
      );
  }

  getInstanceSettings(ref?: Reference, scopedVars?: ScopedVars): DataSourceInstanceSettings | undefined {
    return this.#find(ref, scopedVars)?.settings;
  }

  registerRuntimeDataSource(): void {
    throw new Error('The workbench has no runtime datasources.');
  }

  #find(ref: Reference, scopedVars?: ScopedVars): Entry | undefined {
    const ours = this.#entries.filter(({ instance }) => instance !== undefined);
    const usual = ours.find(({ settings }) => settings.isDefault) ?? ours[0];
    const uid = typeof ref === 'string' ? ref : ref?.uid;
    if (uid === undefined || uid === '') {
      return typeof ref === 'string' || ref?.type === undefined || ref.type === pluginId ? usual : undefined;
    }
    const name = getTemplateSrv().replace(uid, scopedVars);
    return name === 'default'
      ? usual
      : this.#entries.find(({ settings }) => settings.uid === name || settings.name === name);
  }
}

function describe(ref: Reference): string {
  return typeof ref === 'string' ? ref : (ref?.uid ?? ref?.type ?? 'without a name');
}

function toEntry(stored: StoredDatasource, plugin: DatasourceModule): Entry {
  const ours = stored.type === pluginId;
  const settings: DataSourceInstanceSettings = {
    id: stored.id,
    uid: stored.uid,
    type: stored.type,
    name: stored.name,
    access: 'proxy',
    readOnly: stored.readOnly,
    isDefault: stored.isDefault,
    jsonData: stored.jsonData,
    meta: ours ? plugin.meta : foreignMeta(stored),
    // The browser never speaks to Prometheus itself.
    url: `/api/datasources/proxy/uid/${stored.uid}`,
  };
  if (!ours) {
    return { settings };
  }
  const instance = new plugin.DataSourceClass(settings);
  // What Grafana adds to an instance after it was made.
  instance.components = plugin.components;
  instance.meta = plugin.meta;
  return { settings, instance };
}

/** The little that pages read of a plugin that is not here. */
function foreignMeta({ type }: StoredDatasource): DataSourcePluginMeta {
  const meta = { id: type, name: type, type: 'datasource', info: { logos: { small: '', large: '' } } };
  return meta as unknown as DataSourcePluginMeta;
}
