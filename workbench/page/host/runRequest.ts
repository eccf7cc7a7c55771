import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  DataTopic,
  LoadingState,
  type PanelData,
  toDataFrame,
} from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, from, isObservable, map, type Observable, of, startWith } from 'rxjs';

type QueryFunction = (request: DataQueryRequest) => Promise<DataQueryResponse> | Observable<DataQueryResponse>;

function toPanelData(request: DataQueryRequest, response: DataQueryResponse): PanelData {
  const errors = response.errors ?? [];
  const [error] = errors;
  const frames = response.data.map((frame: unknown) => toDataFrame(frame));
  const isAnnotation = ({ meta }: DataFrame) => meta?.dataTopic === DataTopic.Annotations;
  return {
    state: response.state ?? (error ? LoadingState.Error : LoadingState.Done),
    series: frames.filter((frame) => !isAnnotation(frame)),
    // What lies over the series and is none of them, such as exemplars.
    annotations: frames.filter(isAnnotation),
    errors,
    request,
    timeRange: request.range,
    structureRev: 1,
  };
}

/** Runs a request of a datasource and tells its progress, as Grafana does: loading first, then the answer or its error. */
export function runRequest(
  datasource: DataSourceApi,
  request: DataQueryRequest,
  queryFunction?: QueryFunction
): Observable<PanelData> {
  const loading: PanelData = { state: LoadingState.Loading, series: [], request, timeRange: request.range };
  const targets = request.targets.filter((target) => target.hide !== true);
  if (targets.length === 0) {
    return of({ ...loading, state: LoadingState.Done });
  }
  const query: QueryFunction = queryFunction ?? ((asked) => datasource.query(asked));
  let answer;
  try {
    answer = query({ ...request, targets });
  } catch (error) {
    return of(failed(loading, error));
  }
  return (isObservable(answer) ? answer : from(answer)).pipe(
    map((response) => toPanelData(request, response)),
    catchError((error: unknown) => of(failed(loading, error))),
    startWith(loading)
  );
}

function failed(before: PanelData, error: unknown): PanelData {
  return { ...before, state: LoadingState.Error, errors: [toDataQueryError(error)] };
}
