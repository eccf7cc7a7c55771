import type { DataSourceRef, FieldConfigSource } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** A dashboard in the list of all. */
export interface DashboardEntry {
  uid: string;
  title: string;
  description: string;
}

/** Position in a grid of 24 columns. */
export interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A panel as the dashboard's JSON has it. */
export interface DashboardPanel {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  transparent?: boolean;
  gridPos: GridPos;
  targets?: DataQuery[];
  options?: Record<string, unknown>;
  fieldConfig?: Partial<FieldConfigSource>;
  /** Version of the plugin that stored the panel. */
  pluginVersion?: string;
  interval?: string;
  maxDataPoints?: number;
}

/** A variable as the dashboard's JSON has it. */
export interface DashboardVariable {
  type: string;
  name: string;
  label?: string;
  query?: string | (Record<string, unknown> & { query?: string });
  datasource?: DataSourceRef;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string;
  current?: { value?: string | string[] };
  hide?: number;
  /** 0: never, 1: when the dashboard is opened, 2: when its time range changes. */
  refresh?: number;
}

/** A query of annotations as the dashboard's JSON has it. */
export interface DashboardAnnotation {
  name: string;
  enable?: boolean;
  datasource?: DataSourceRef;
  target?: Partial<DataQuery>;
}

export interface DashboardLink {
  title: string;
  type: string;
  url?: string;
  tooltip?: string;
  includeVars?: boolean;
  keepTime?: boolean;
}

/** The part of Grafana's dashboard JSON that the workbench shows. */
export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  time?: { from: string; to: string };
  refresh?: string;
  timezone?: string;
  panels: DashboardPanel[];
  templating?: { list: DashboardVariable[] };
  annotations?: { list?: DashboardAnnotation[] };
  links?: DashboardLink[];
}
