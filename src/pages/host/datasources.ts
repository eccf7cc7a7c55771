import { type DataSourceInstanceSettings, type DataSourceJsonData, type DataSourceSettings } from '@grafana/data';
import { type BackendSrvRequest, getBackendSrv, getDataSourceSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { type Settings } from '../../contract/contract.gen';
import { resourceError } from '../../shared/resources';

/** The type of our datasources. */
export const ourType = 'flaglens-datasource';

/** The types whose URL answers Prometheus's API. */
const prometheusTypes = [
  'prometheus',
  'grafana-amazonprometheus-datasource',
  'grafana-azureprometheus-datasource',
  'victoriametrics-metrics-datasource',
];

/** jsonData of a datasource: the contract's settings beside Grafana's own. */
export type JsonData = Omit<DataSourceJsonData, 'profile'> & Settings & Record<string, unknown>;

/** A datasource as Grafana's API stores it: secrets only as the names of those that are set. */
export type StoredDatasource = Omit<DataSourceSettings, 'jsonData'> & { jsonData: JsonData };

/** What a datasource is made from. */
export type NewDatasource = Pick<StoredDatasource, 'name' | 'url' | 'jsonData'> &
  Partial<Pick<StoredDatasource, 'basicAuth' | 'basicAuthUser' | 'withCredentials'>>;

/** The datasources of our type. Grafana adds its own built-in one to whatever is asked for. */
export function ourDatasources(): DataSourceInstanceSettings[] {
  return listOf([ourType]);
}

/** The Prometheus datasources of this Grafana, whoever made them. */
export function prometheusDatasources(): DataSourceInstanceSettings[] {
  return listOf(prometheusTypes);
}

function listOf(types: string[]): DataSourceInstanceSettings[] {
  return getDataSourceSrv()
    .getList({ type: types })
    .filter(({ type }) => types.includes(type));
}

/** What every page of Grafana knows of a datasource's settings; those who may not read them as stored see these. */
export function publicSettings(uid: string): JsonData | undefined {
  return ourDatasources().find((datasource) => datasource.uid === uid)?.jsonData as JsonData | undefined;
}

/** Failures are told on the page that asked, not by a toast over it. */
async function call<T>(request: BackendSrvRequest): Promise<T> {
  const { data } = await lastValueFrom(getBackendSrv().fetch<T>({ showErrorAlert: false, ...request }));
  return data;
}

function addressOf(uid: string): string {
  return `/api/datasources/uid/${encodeURIComponent(uid)}`;
}

/** Reads a datasource as it is stored. @throws FetchError, of status 403 where the user may not */
export function readDatasource(uid: string): Promise<StoredDatasource> {
  return call({ url: addressOf(uid), method: 'GET' });
}

interface Written {
  datasource: StoredDatasource;
}

const triesOfNames = 20;

/** Makes a datasource of ours, under the first free name of `name`, `name 2`, `name 3`... @throws FetchError */
export async function createDatasource(settings: NewDatasource): Promise<StoredDatasource> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? settings.name : `${settings.name} ${attempt}`;
    const data = { type: ourType, access: 'proxy', ...settings, name };
    try {
      const { datasource } = await call<Written>({
        url: '/api/datasources',
        method: 'POST',
        data,
        showSuccessAlert: false,
      });
      await refreshHost();
      return datasource;
    } catch (error) {
      const taken = isFetchError(error) && error.status === 409;
      if (!taken || attempt === triesOfNames) {
        throw error;
      }
    }
  }
}

/** Stores a datasource, with the version that it was read with. @throws FetchError, of status 409 or 412 where somebody else stored it meanwhile */
export async function saveDatasource(stored: StoredDatasource): Promise<StoredDatasource> {
  const { datasource } = await call<Written>({
    url: addressOf(stored.uid),
    method: 'PUT',
    data: stored,
    showSuccessAlert: false,
  });
  await refreshHost();
  return datasource;
}

/** Has the host read the list of datasources anew: pages of its own know them from when it started. */
async function refreshHost(): Promise<void> {
  const service: { reload?: () => Promise<void> } = getDataSourceSrv();
  await service.reload?.();
}

/** Why something could not be stored. */
export interface SaveFailure {
  kind: 'conflict' | 'forbidden' | 'other';
  message: string;
}

/** Says what an error of the API means for whoever pressed the button. */
export function saveFailure(error: unknown): SaveFailure {
  const status = isFetchError(error) ? error.status : 0;
  if (status === 409 || status === 412) {
    return { kind: 'conflict', message: 'Somebody else changed this data source since you opened this page.' };
  }
  if (status === 403) {
    return { kind: 'forbidden', message: `Grafana refused: ${resourceError(error)}` };
  }
  return { kind: 'other', message: `Grafana could not save it: ${resourceError(error)}` };
}
