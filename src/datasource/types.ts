import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';

import { type Query, type Settings } from '../contract/contract.gen';

/** A query as Grafana stores it: the contract's fields beside Grafana's own (refId, datasource, hide). */
export type FlaglensQuery = Query & DataQuery;

/** The datasource's jsonData: the contract's settings beside those of Grafana's HTTP client. */
export interface FlaglensSettings extends Omit<DataSourceJsonData, 'profile'>, Settings {
  /** Names of cookies that are passed on to Prometheus. */
  keepCookies?: string[];
}

/** A variable's query as its editor writes it; a plain string, as in a provisioned dashboard, is read too. */
export interface VariableQuery extends DataQuery {
  /** One of flags(), variants(flag), signals(), label_values(label), label_values(metric, label). */
  query: string;
}

export type { Format, Operator, QueryType } from '../contract/constants.gen';
