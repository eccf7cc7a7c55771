import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type MetricFindValue,
  type QueryEditorProps,
  type ScopedVars,
} from '@grafana/data';
import { from, map, type Observable } from 'rxjs';

import { LazyVariableQueryEditor } from './components/lazy';
import { type Resources } from '../shared/resources';
import { type FlaglensQuery, type FlaglensSettings, type VariableQuery } from './types';

type Api = DataSourceApi<FlaglensQuery, FlaglensSettings>;
type Props = QueryEditorProps<Api, FlaglensQuery, FlaglensSettings, VariableQuery>;

/** What the support needs of the datasource. */
interface VariableSource {
  resources: Resources;
  metricFindQuery(query: unknown, options: { scopedVars: ScopedVars }): Promise<MetricFindValue[]>;
}

/** Query variables: `flags()`, `variants(flag)`, `signals()`, `label_values(label)`. */
export class FlaglensVariableSupport extends CustomVariableSupport<Api, VariableQuery> {
  constructor(private readonly source: VariableSource) {
    super();
  }

  override editor = ({ query, onChange }: Props) => (
    <LazyVariableQueryEditor query={query} onChange={onChange} resources={this.source.resources} />
  );

  override getDefaultQuery(): Partial<FlaglensQuery> & Pick<VariableQuery, 'query'> {
    return { query: 'flags()' };
  }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const values = this.source.metricFindQuery(request.targets[0], { scopedVars: request.scopedVars });
    return from(values).pipe(map((data) => ({ data })));
  }
}
