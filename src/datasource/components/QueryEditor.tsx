import { css } from '@emotion/css';
import { type GrafanaTheme2, type QueryEditorProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { type QuerySource } from '../querySource';
import { type FlaglensQuery, type FlaglensSettings } from '../types';
import { useLoaded } from '../../shared/useLoaded';
import { FlagField } from './query/FlagField';
import { Fold } from './query/Fold';
import { OptionFields } from './query/OptionFields';
import { optionsSummary } from './query/optionsSummary';
import { PromQLPreview } from './query/PromQLPreview';
import { queryTypes, shownFields } from './query/queryTypes';
import { SignalsField } from './query/SignalsField';
import { TypeFields } from './query/TypeFields';

type Props = QueryEditorProps<QuerySource, FlaglensQuery, FlaglensSettings>;

/**
 * The editor of a query: in one row what is asked of which flag, and folded below it how it is narrowed and shown, and the
 * PromQL that comes of it.
 */
export default function QueryEditor({ datasource, query: given, onChange, onRunQuery, range, data, app }: Props) {
  const styles = useStyles2(getStyles);
  const { resources } = datasource;
  // A query that another datasource left behind has no type of ours.
  const ours = queryTypes.some(({ value }) => value === given.queryType);
  const query = ours ? given : { ...given, ...datasource.getDefaultQuery(app) };
  const change = useCallback(
    (next: FlaglensQuery) => {
      onChange(next);
      if (datasource.filterQuery(next)) {
        onRunQuery();
      }
    },
    [datasource, onChange, onRunQuery]
  );
  const flags = useLoaded(useCallback(() => resources.flags(), [resources]));
  const signals = useLoaded(useCallback(() => resources.signals(), [resources]));
  const fields = { datasource, query, onChange: change };
  const shown = shownFields(query);

  return (
    <div className={styles.root}>
      <div className={styles.row}>
        <TypeFields query={query} onChange={change} catalogue={signals.value?.signals ?? []} />
        {shown.flag && <FlagField query={query} onChange={change} flags={flags} />}
        {shown.signals && <SignalsField query={query} onChange={change} signals={signals} />}
      </div>
      <div className={styles.folds}>
        <Fold title="Options" summary={optionsSummary(query)}>
          <OptionFields {...fields} flags={flags} signals={signals} />
        </Fold>
        <Fold title="PromQL">
          <PromQLPreview datasource={datasource} query={query} range={range} request={data?.request} />
        </Fold>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    minWidth: 0,
    padding: theme.spacing(1),
    backgroundColor: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  // A row that wraps where it is narrow; a field with a long value is cut and does not widen it.
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 2),
    minWidth: 0,
    '& > *': { maxWidth: '100%' },
  }),
  folds: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), marginTop: theme.spacing(0.5) }),
});
