import { DataSourceWithBackend } from '@grafana/runtime';

export class FlaglensDataSource extends DataSourceWithBackend {}
