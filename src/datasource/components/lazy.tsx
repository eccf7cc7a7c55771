import {
  type DataSourcePluginOptionsEditorProps,
  type QueryEditorHelpProps,
  type QueryEditorProps,
} from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense, type ComponentProps } from 'react';

import { type QuerySource } from '../querySource';
import { type FlaglensQuery, type FlaglensSettings } from '../types';

/*
 * The editors, fetched when they are first opened: dashboards load the datasource and never need them. Each brings its
 * own fallback, because not every place in Grafana that shows an editor has one.
 */
const ConfigEditor = lazy(() => import('./ConfigEditor'));
const QueryEditor = lazy(() => import('./QueryEditor'));
const QueryHelp = lazy(() => import('./QueryHelp'));
const VariableQueryEditor = lazy(() => import('./VariableQueryEditor'));

const loading = <LoadingPlaceholder text="Loading the editor" />;

/** The datasource's settings page. */
export function LazyConfigEditor(props: DataSourcePluginOptionsEditorProps<FlaglensSettings>) {
  return (
    <Suspense fallback={loading}>
      <ConfigEditor {...props} />
    </Suspense>
  );
}

/** The editor of a panel's, an Explore's or an alert rule's query. */
export function LazyQueryEditor(props: QueryEditorProps<QuerySource, FlaglensQuery, FlaglensSettings>) {
  return (
    <Suspense fallback={loading}>
      <QueryEditor {...props} />
    </Suspense>
  );
}

/** The help of a query's menu. */
export function LazyQueryHelp({ datasource, ...props }: QueryEditorHelpProps<FlaglensQuery>) {
  return (
    <Suspense fallback={loading}>
      {/* Grafana hands the help the datasource that the plugin made. */}
      <QueryHelp {...props} datasource={datasource as QuerySource} />
    </Suspense>
  );
}

/** The editor of a query variable. */
export function LazyVariableQueryEditor(props: ComponentProps<typeof VariableQueryEditor>) {
  return (
    <Suspense fallback={loading}>
      <VariableQueryEditor {...props} />
    </Suspense>
  );
}
