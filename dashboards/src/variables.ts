import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './flaglensQuery';

/** Which Flaglens datasource the dashboard reads. */
export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Datasource').type('flaglens-datasource').multi(false);
}

/** The flag that the dashboard is about; refreshed with the time range, since flags come and go. */
export function flagVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('flag')
    .label('Flag')
    .datasource(datasource)
    .query('flags()')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(false)
    .includeAll(false);
}

/** The signal that an alert's link is about: shown first. Nobody chooses it by hand, and without it the panels choose. */
export function signalVariable(): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder('signal').label('Signal').defaultValue('').hide(VariableHide.HideVariable);
}
