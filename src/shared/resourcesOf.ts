import { type BackendSrvRequest, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { Resources } from './resources';

/** The resources of a datasource that is being set up, and that Grafana may not list yet. */
export function resourcesOf(uid: string): Resources {
  async function call<T>(request: Omit<BackendSrvRequest, 'url'>, path: string): Promise<T> {
    const url = `/api/datasources/uid/${uid}/resources/${path}`;
    const { data } = await lastValueFrom(getBackendSrv().fetch<T>({ ...request, url }));
    return data;
  }
  return new Resources({
    getResource: (path, params, options) => call({ ...options, method: 'GET', params }, path),
    postResource: (path, data, options) => call({ ...options, method: 'POST', data }, path),
  });
}
