import { locationUtil } from '@grafana/data';

import { type Query } from '../../contract/contract.gen';
import { ourType } from './datasources';

/** An address of Grafana's as a link needs it: below the path that Grafana is served under. */
export function hrefOf(path: string): string {
  return locationUtil.assureBaseUrl(path);
}

/** Where Grafana edits a datasource. */
export function editPath(uid: string): string {
  return `/connections/datasources/edit/${encodeURIComponent(uid)}`;
}

/** The dashboard of one flag; of the first that there is, where none is given. */
export function flagDashboardPath(datasource: string, flag?: string): string {
  const parameters = new URLSearchParams({
    'var-datasource': datasource,
    ...(flag !== undefined && { 'var-flag': flag }),
  });
  return `/d/flaglens-feature?${parameters.toString()}`;
}

/** Explore, with the comparison of one flag. */
export function flagExplorePath(uid: string, flag: string, signals: string[]): string {
  const datasource = { type: ourType, uid };
  const query: Query & { refId: string; datasource: typeof datasource } = {
    refId: 'A',
    datasource,
    queryType: 'compare',
    flag,
    signals,
  };
  const pane = { datasource: uid, queries: [query], range: { from: 'now-1h', to: 'now' } };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify({ flaglens: pane }) }).toString()}`;
}
