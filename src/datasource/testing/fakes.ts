/** Stand-ins for what Grafana gives the datasource, for unit tests. */
import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  PluginType,
  type ScopedVars,
  type TypedVariableModel,
} from '@grafana/data';
import { type DataSourceSrv, type GetDataSourceListFilters, type TemplateSrv } from '@grafana/runtime';
import { type DataSourceRef } from '@grafana/schema';

import { type FlaglensSettings } from '../types';

type Format = string | ((value: unknown) => string) | undefined;

function format(value: string | string[], how: Format): string {
  if (typeof how === 'function') {
    return how(value);
  }
  return Array.isArray(value) ? (how === 'raw' ? value.join(',') : `{${value.join(',')}}`) : value;
}

/** A TemplateSrv that knows these variables, as $name and ${name}; scoped variables win. */
export function fakeTemplate(variables: Record<string, string | string[]> = {}): TemplateSrv {
  return {
    getVariables: () => Object.keys(variables).map((name) => ({ name, type: 'query' }) as TypedVariableModel),
    containsTemplate: (text = '') => text.includes('$'),
    updateTimeRange: () => undefined,
    replace: (text = '', scoped: ScopedVars = {}, how?: string | ((value: unknown) => string)) =>
      text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
        const name = braced ?? bare ?? '';
        const value = (scoped[name]?.value as string | undefined) ?? variables[name];
        return value === undefined ? whole : format(value, how);
      }),
  };
}

/** What Grafana tells the datasource about itself. */
export function fakeInstance(jsonData: FlaglensSettings = {}): DataSourceInstanceSettings<FlaglensSettings> {
  return {
    uid: 'flaglens',
    type: 'flaglens-datasource',
    name: 'Flaglens',
    access: 'proxy',
    readOnly: false,
    jsonData,
    meta: {
      id: 'flaglens-datasource',
      name: 'Flaglens',
      type: PluginType.datasource,
      module: '',
      baseUrl: '',
      info: {
        author: { name: '' },
        description: '',
        links: [],
        logos: { small: '', large: '' },
        screenshots: [],
        updated: '',
        version: '',
      },
    },
  };
}

/** Grafana's datasources: ours, and a Jaeger. */
export class FakeDatasources implements DataSourceSrv {
  readonly #all: DataSourceInstanceSettings[];

  constructor() {
    const ours = fakeInstance();
    const meta = { ...ours.meta, id: 'jaeger', name: 'Jaeger' };
    this.#all = [ours, { ...ours, uid: 'jaeger', type: 'jaeger', name: 'Jaeger', meta }];
  }

  get(): Promise<DataSourceApi> {
    return Promise.reject(new Error('no datasource is loaded in tests'));
  }

  getList({ filter = () => true }: GetDataSourceListFilters = {}): DataSourceInstanceSettings[] {
    return this.#all.filter(filter);
  }

  getInstanceSettings(ref?: DataSourceRef | string | null): DataSourceInstanceSettings | undefined {
    const wanted = typeof ref === 'string' ? ref : ref?.uid;
    return this.#all.find(({ uid, name }) => uid === wanted || name === wanted);
  }

  reload(): Promise<void> {
    return Promise.resolve();
  }

  registerRuntimeDataSource(): void {
    throw new Error('tests have no runtime datasources');
  }
}
