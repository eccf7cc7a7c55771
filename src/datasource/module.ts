import { DataSourcePlugin } from '@grafana/data';

import { FlaglensDataSource } from './datasource';

export const plugin = new DataSourcePlugin(FlaglensDataSource);
