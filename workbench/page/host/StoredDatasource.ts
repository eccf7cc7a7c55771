import type { DataSourceJsonData, DataSourceSettings } from '@grafana/data';

/** A datasource as Grafana's API, and the workbench's, hands it out: secrets only as the names of those that are set. */
export type StoredDatasource = DataSourceSettings<DataSourceJsonData, Record<string, string>>;
