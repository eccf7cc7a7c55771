import { type SelectableValue } from '@grafana/data';

import { type Format, type FlaglensQuery, type QueryType } from '../../types';

/** The query types with what each is for. */
export const queryTypes: Array<SelectableValue<QueryType>> = [
  { value: 'compare', label: 'Compare', description: 'Feature over baseline, with difference and ratio' },
  { value: 'split', label: 'Split', description: 'A series for each variant' },
  { value: 'distribution', label: 'Distribution', description: 'The whole distribution of a histogram' },
  { value: 'flags', label: 'Flags', description: 'The flags that Prometheus knows, with their traffic' },
];

const formatNames: Record<Format, string> = {
  series: 'Time series',
  table: 'Table',
  alert: 'Alert condition',
  heatmap: 'Heatmap',
  cdf: 'Cumulative share',
  shift: 'Shift at each quantile',
};

/** What each type can answer with, its default first. */
const formatsByType: Record<QueryType, Format[]> = {
  compare: ['series', 'table', 'alert'],
  split: ['series', 'alert'],
  distribution: ['heatmap', 'cdf', 'shift'],
  flags: ['table'],
  verdict: ['table', 'alert'],
  changes: ['table'],
  backtest: ['table'],
};

/** The formats that a type offers, its default first. */
export function formatsOf(type: QueryType): Array<SelectableValue<Format>> {
  return formatsByType[type].map((value) => ({ value, label: formatNames[value] }));
}

/** The fields of the editor that mean something for a query. */
export interface Shown {
  flag: boolean;
  baseline: boolean;
  roles: boolean;
  stats: boolean;
  quantiles: boolean;
  groupBy: boolean;
}

/** Which fields to show for a query. */
export function shownFields({ queryType, format }: Pick<FlaglensQuery, 'queryType' | 'format'>): Shown {
  const asked = queryType !== 'flags';
  const series = queryType === 'split' || queryType === 'compare';
  return {
    flag: asked,
    baseline: asked,
    roles: queryType === 'compare' && format !== 'table',
    stats: series,
    quantiles: series || format === 'shift',
    groupBy: asked && format !== 'cdf' && format !== 'shift',
  };
}

/** The query as another type: what that type cannot answer with is left out, everything else stays. */
export function withType(query: FlaglensQuery, queryType: QueryType): FlaglensQuery {
  const kept = query.format !== undefined && formatsByType[queryType].includes(query.format);
  return { ...query, queryType, format: kept ? query.format : undefined };
}
