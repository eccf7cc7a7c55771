import { type QueryEditorProps } from '@grafana/data';
import { useCallback } from 'react';

import { type QuerySource } from '../querySource';
import { type FlaglensQuery, type FlaglensSettings } from '../types';
import { BacktestFields } from './query/BacktestFields';
import { FilterList } from './query/FilterList';
import { FlagFields } from './query/FlagFields';
import { JudgingFields } from './query/JudgingFields';
import { MarginFields } from './query/MarginFields';
import { PromQLPreview } from './query/PromQLPreview';
import { SignalFields } from './query/SignalFields';
import { QueryRow } from './query/QueryRow';
import { queryTypes, shownFields } from './query/queryTypes';
import { TypeFields } from './query/TypeFields';

type Props = QueryEditorProps<QuerySource, FlaglensQuery, FlaglensSettings>;

/** The editor of a query: what to compare, on which signals, narrowed how, and the PromQL that comes of it. */
export default function QueryEditor({ datasource, query: given, onChange, onRunQuery, range, data }: Props) {
  // A query that another datasource left behind has no type of ours.
  const ours = queryTypes.some(({ value }) => value === given.queryType);
  const query = ours ? given : { ...given, ...datasource.getDefaultQuery() };
  const change = useCallback(
    (next: FlaglensQuery) => {
      onChange(next);
      if (datasource.filterQuery(next)) {
        onRunQuery();
      }
    },
    [datasource, onChange, onRunQuery]
  );
  const fields = { datasource, query, onChange: change };
  const shown = shownFields(query);

  return (
    <>
      <QueryRow>
        <TypeFields {...fields} />
        <FlagFields {...fields} />
      </QueryRow>
      {(shown.signals || shown.stats) && (
        <QueryRow>
          <SignalFields {...fields} />
        </QueryRow>
      )}
      {shown.judging && (
        <QueryRow>
          <JudgingFields query={query} onChange={change} />
          {shown.backtest && <BacktestFields query={query} onChange={change} />}
        </QueryRow>
      )}
      {shown.judging && (query.signals ?? []).length > 0 && (
        <QueryRow>
          <MarginFields {...fields} />
        </QueryRow>
      )}
      <QueryRow>
        <FilterList {...fields} />
      </QueryRow>
      <QueryRow>
        <PromQLPreview datasource={datasource} query={query} range={range} request={data?.request} />
      </QueryRow>
    </>
  );
}
