import {
  type AdHocVariableFilter,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type LegacyMetricFindQueryOptions,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { config, DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { map, type Observable } from 'rxjs';

import { inVariantColours, wantsColours } from './colours';
import { expandAll, fill, fillFilter, fromAdHoc } from './interpolate';
import { type NewQuery, type QuerySource } from './querySource';
import { queryText, SHORT_LEGEND } from './queryText';
import { Resources } from '../shared/resources';
import { type FlaglensQuery, type FlaglensSettings } from './types';
import { parseVariableQuery, runVariableCall, variableText } from './variables';
import { FlaglensVariableSupport } from './variableSupport';

/**
 * The frontend's half of the datasource: it fills in variables and ad-hoc filters and hands everything else to the
 * backend, which alone knows PromQL and statistics.
 */
export class FlaglensDataSource extends DataSourceWithBackend<FlaglensQuery, FlaglensSettings> implements QuerySource {
  readonly resources = new Resources(this);
  override variables = new FlaglensVariableSupport(this);
  /** Queries of annotations are those of panels: the frame of `changes` has the fields that Grafana looks for. */
  override annotations = { getDefaultQuery: () => ({ queryType: 'changes' as const }) };

  constructor(
    settings: DataSourceInstanceSettings<FlaglensSettings>,
    private readonly template: TemplateSrv = getTemplateSrv()
  ) {
    super(settings);
    this.interval = settings.jsonData.timeInterval;
  }

  /**
   * What a new query starts with; the flag is the user's to choose. A new alert rule has the threshold "above 0" from
   * Grafana, so it starts with the number for which that is right.
   */
  override getDefaultQuery(app?: CoreApp): NewQuery {
    return app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting
      ? { queryType: 'verdict', format: 'alert', signals: ['latency', 'errors'], stats: ['regressed'] }
      : {
          queryType: 'compare',
          signals: ['latency', 'errors', 'throughput'],
          legend: SHORT_LEGEND,
          detail: 'essential',
        };
  }

  /** Asks the backend; lines get the colours of their variants. */
  override query(request: DataQueryRequest<FlaglensQuery>): Observable<DataQueryResponse> {
    const answers = super.query(request);
    return wantsColours(request)
      ? answers.pipe(
          map((answer) => ({ ...answer, data: inVariantColours(answer.data as DataFrame[], config.theme2) }))
        )
      : answers;
  }

  /** Whether a query says enough to be run. */
  override filterQuery(query: FlaglensQuery): boolean {
    if (query.queryType === 'flags') {
      return true;
    }
    return Boolean(query.flag) && (query.queryType === 'changes' || (query.signals?.length ?? 0) > 0);
  }

  override applyTemplateVariables(
    query: FlaglensQuery,
    scopedVars: ScopedVars,
    adHocFilters: AdHocVariableFilter[] = []
  ): FlaglensQuery {
    const { template } = this;
    const filters = [
      ...(query.filters ?? []).map((filter) => fillFilter(template, filter, scopedVars)),
      ...fromAdHoc(adHocFilters),
    ];
    return {
      ...query,
      flag: fill(template, query.flag, scopedVars),
      baseline: fill(template, query.baseline, scopedVars),
      variants: expandAll(template, query.variants, scopedVars),
      signals: expandAll(template, query.signals, scopedVars),
      stats: expandAll(template, query.stats, scopedVars),
      groupBy: expandAll(template, query.groupBy, scopedVars),
      ...(typeof query.since === 'string' ? { since: fill(template, query.since, scopedVars) } : {}),
      ...(filters.length > 0 ? { filters } : {}),
    };
  }

  /** The text of a query in lists of queries, such as Explore's history. */
  override getQueryDisplayText(query: FlaglensQuery): string {
    return queryText(query);
  }

  /**
   * Lists the values of a query variable.
   *
   * @param query the variable's query as our editor writes it, or its text
   * @throws Error that says what is wrong with the query, or Grafana's FetchError
   */
  override async metricFindQuery(query: unknown, options?: LegacyMetricFindQueryOptions): Promise<MetricFindValue[]> {
    const text = this.template.replace(variableText(query), options?.scopedVars, 'raw');
    return runVariableCall(this.resources, parseVariableQuery(text));
  }

  /** The labels that a dashboard's ad-hoc filters offer. */
  override async getTagKeys(): Promise<MetricFindValue[]> {
    const { names } = await this.resources.labels();
    return names.map((name) => ({ text: name, value: name }));
  }

  /** The values that a dashboard's ad-hoc filters offer for a label. */
  override async getTagValues({ key }: DataSourceGetTagValuesOptions<FlaglensQuery>): Promise<MetricFindValue[]> {
    const { names } = await this.resources.labelValues(key);
    return names.map((name) => ({ text: name, value: name }));
  }
}
