import { type AdHocVariableFilter, type CoreApp, type DataSourceApi, type ScopedVars } from '@grafana/data';

import { type Resources } from '../shared/resources';
import { type FlaglensQuery, type FlaglensSettings } from './types';

/** What a query has before anything of it was chosen. */
export type NewQuery = Pick<FlaglensQuery, 'queryType' | 'signals' | 'format' | 'stats' | 'legend' | 'detail'>;

/** The datasource as its query editor knows it; the editor does not know the class, which brings the editors along. */
export interface QuerySource extends DataSourceApi<FlaglensQuery, FlaglensSettings> {
  readonly resources: Resources;
  /** What a new query starts with, where `app` asks it. */
  getDefaultQuery(app?: CoreApp): NewQuery;
  /** Whether a query says enough to be run. */
  filterQuery(query: FlaglensQuery): boolean;
  /** The query with its variables and the dashboard's ad-hoc filters filled in. */
  applyTemplateVariables(query: FlaglensQuery, scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): FlaglensQuery;
}
