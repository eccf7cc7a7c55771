import { DataSourcePlugin } from '@grafana/data';

import { LazyConfigEditor, LazyQueryEditor, LazyQueryHelp } from './components/lazy';
import { FlaglensDataSource } from './datasource';
import { type FlaglensQuery, type FlaglensSettings } from './types';

export const plugin = new DataSourcePlugin<FlaglensDataSource, FlaglensQuery, FlaglensSettings>(FlaglensDataSource)
  .setConfigEditor(LazyConfigEditor)
  .setQueryEditor(LazyQueryEditor)
  .setQueryEditorHelp(LazyQueryHelp);
