import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceRef,
  type ScopedVars,
} from '@grafana/data';
import { type DataSourceSrv, getBackendSrv, getTemplateSrv, type GetDataSourceListFilters } from '@grafana/runtime';

import { type DatasourceModule, loadDatasourcePlugin } from './plugins';
import { type StoredDatasource } from './StoredDatasource';

/** The only datasource of the workbench. */
export const datasourceUid = 'flaglens';
const pluginId = 'flaglens-datasource';

type Reference = DataSourceRef | string | null | undefined;

/** The workbench's datasource: its settings, the built plugin's code, and the instance of it. */
export class DatasourceService implements DataSourceSrv {
  #plugin: DatasourceModule | undefined;
  #settings: DataSourceInstanceSettings | undefined;
  #instance: DataSourceApi | undefined;

  /** Loads the plugin and the settings, or only the settings anew. */
  async reload(): Promise<void> {
    const stored = await getBackendSrv().get<StoredDatasource>(`/api/datasources/uid/${datasourceUid}`);
    this.#plugin ??= await loadDatasourcePlugin(pluginId);
    this.#settings = toInstanceSettings(stored, this.#plugin);
    const instance = new this.#plugin.DataSourceClass(this.#settings);
    // What Grafana adds to an instance after it was made.
    instance.components = this.#plugin.components;
    instance.meta = this.#plugin.meta;
    this.#instance = instance;
  }

  /** The plugin's module, with its editors. */
  get plugin(): DatasourceModule {
    if (!this.#plugin) {
      throw new Error('The datasource plugin is not loaded yet.');
    }
    return this.#plugin;
  }

  /** The datasource itself, once `reload` has been called. */
  get instance(): DataSourceApi {
    if (!this.#instance) {
      throw new Error('The datasource is not loaded yet.');
    }
    return this.#instance;
  }

  get(ref?: Reference, scopedVars?: ScopedVars): Promise<DataSourceApi> {
    return this.#means(ref, scopedVars)
      ? Promise.resolve(this.instance)
      : Promise.reject(
          new Error(`Datasource ${describe(ref)} was not found: the workbench has ${datasourceUid} only.`)
        );
  }

  getList(filters: GetDataSourceListFilters = {}): DataSourceInstanceSettings[] {
    const { pluginId: wanted, type } = filters;
    const types = type === undefined ? [] : [type].flat();
    const fits =
      this.#settings !== undefined &&
      (wanted === undefined || wanted === pluginId) &&
      (types.length === 0 || types.includes(pluginId)) &&
      (filters.filter?.(this.#settings) ?? true);
    return fits && this.#settings ? [this.#settings] : [];
  }

  getInstanceSettings(ref?: Reference, scopedVars?: ScopedVars): DataSourceInstanceSettings | undefined {
    return this.#means(ref, scopedVars) ? this.#settings : undefined;
  }

  registerRuntimeDataSource(): void {
    throw new Error('The workbench has no runtime datasources.');
  }

  /** Whether a reference, possibly a variable, means our datasource; none means the default one. */
  #means(ref: Reference, scopedVars?: ScopedVars): boolean {
    const uid = typeof ref === 'string' ? ref : ref?.uid;
    if (uid === undefined || uid === '') {
      return typeof ref === 'string' || ref?.type === undefined || ref.type === pluginId;
    }
    const name = getTemplateSrv().replace(uid, scopedVars);
    return [datasourceUid, this.#settings?.name, 'default'].includes(name);
  }
}

function describe(ref: Reference): string {
  return typeof ref === 'string' ? ref : (ref?.uid ?? ref?.type ?? 'without a name');
}

function toInstanceSettings(stored: StoredDatasource, plugin: DatasourceModule): DataSourceInstanceSettings {
  return {
    id: stored.id,
    uid: stored.uid,
    type: pluginId,
    name: stored.name,
    access: 'proxy',
    readOnly: stored.readOnly,
    isDefault: true,
    jsonData: stored.jsonData,
    meta: plugin.meta,
    // The browser never speaks to Prometheus itself.
    url: `/api/datasources/proxy/uid/${stored.uid}`,
  };
}
