import type { DataSourceApi, MetricFindValue, TimeRange } from '@grafana/data';
import { CoreApp } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { firstValueFrom, from, isObservable } from 'rxjs';

import { datasourceUid, type DatasourceService } from '../host/DatasourceService';
import type { DashboardVariable } from './model';

export interface VariableOption {
  text: string;
  value: string;
}

export const allValue = '$__all';

function isOption(value: unknown): value is MetricFindValue {
  return typeof value === 'object' && value !== null && 'text' in value;
}

function toOptions(values: unknown[]): VariableOption[] {
  const options = values.filter(isOption).map(({ text, value }) => ({ text, value: String(value ?? text) }));
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

/** Asks the datasource, over its own variable support, what a query variable can be. */
async function queryOptions(
  datasource: DataSourceApi,
  { name, query }: DashboardVariable,
  range: TimeRange
): Promise<VariableOption[]> {
  const target = { refId: name, ...(typeof query === 'object' ? query : { query: query ?? '' }) };
  const support = datasource.variables;
  if (!support || !('query' in support) || !support.query) {
    return toOptions((await datasource.metricFindQuery?.(target.query, { range, scopedVars: {} })) ?? []);
  }
  const answer = support.query({
    requestId: `variable-${name}`,
    app: CoreApp.Dashboard,
    range,
    interval: '1s',
    intervalMs: 1000,
    scopedVars: {},
    targets: [target],
    timezone: 'browser',
    startTime: Date.now(),
  });
  const { data } = await firstValueFrom(isObservable(answer) ? answer : from(answer));
  return toOptions(data);
}

function customOptions(text: string): VariableOption[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    const [label = entry, value = label] = entry.split(' : ');
    return { text: label, value };
  });
}

/**
 * What a variable can be.
 *
 * @throws Error or FetchError if the datasource cannot say, and Error for a type of variable that needs Grafana
 */
export async function optionsOf(
  variable: DashboardVariable,
  datasources: DatasourceService,
  range: TimeRange
): Promise<VariableOption[]> {
  const text = typeof variable.query === 'string' ? variable.query : (variable.query?.query ?? '');
  switch (variable.type) {
    case 'datasource':
      return datasources.getList({ type: text }).map(({ name, uid }) => ({ text: name, value: uid }));
    case 'query':
      return queryOptions(await datasources.get(variable.datasource ?? datasourceUid), variable, range);
    case 'custom':
    case 'interval':
      return customOptions(text);
    case 'textbox':
    case 'constant':
      return [{ text, value: getTemplateSrv().replace(text) }];
    default:
      throw new Error(`Variables of type ${variable.type} need Grafana.`);
  }
}

/** The value of a variable: what the address asks for, else what the dashboard was stored with, else its first option. */
export function chooseValue(
  variable: DashboardVariable,
  options: readonly VariableOption[],
  asked: readonly string[]
): string[] {
  const known = new Set([...options.map(({ value }) => value), ...(variable.includeAll ? [allValue] : [])]);
  const stored = [variable.current?.value ?? []].flat().filter((value) => known.has(value));
  const candidates = [asked.filter((value) => value !== ''), stored, options.slice(0, 1).map(({ value }) => value)];
  const chosen = candidates.find((values) => values.length > 0) ?? [];
  return variable.multi ? chosen : chosen.slice(0, 1);
}

/** What the template service puts in place of the variable. */
export function expandValue(
  variable: DashboardVariable,
  options: readonly VariableOption[],
  chosen: readonly string[]
): string | string[] {
  if (chosen.includes(allValue)) {
    return variable.allValue ?? options.map(({ value }) => value);
  }
  return variable.multi ? [...chosen] : (chosen[0] ?? '');
}
