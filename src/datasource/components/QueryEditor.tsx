import { type QueryEditorProps } from '@grafana/data';
import { EditorRow, EditorRows } from '@grafana/plugin-ui';
import { useCallback } from 'react';

import { type FlaglensDataSource } from '../datasource';
import { type FlaglensQuery, type FlaglensSettings } from '../types';
import { FilterList } from './query/FilterList';
import { FlagFields } from './query/FlagFields';
import { PromQLPreview } from './query/PromQLPreview';
import { SignalFields } from './query/SignalFields';
import { queryTypes } from './query/queryTypes';
import { TypeFields } from './query/TypeFields';

type Props = QueryEditorProps<FlaglensDataSource, FlaglensQuery, FlaglensSettings>;

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

  return (
    <EditorRows>
      <EditorRow>
        <TypeFields {...fields} />
        <FlagFields {...fields} />
      </EditorRow>
      {query.queryType !== 'flags' && (
        <EditorRow>
          <SignalFields {...fields} />
        </EditorRow>
      )}
      <EditorRow>
        <FilterList {...fields} />
      </EditorRow>
      <EditorRow>
        <PromQLPreview datasource={datasource} query={query} range={range} request={data?.request} />
      </EditorRow>
    </EditorRows>
  );
}
