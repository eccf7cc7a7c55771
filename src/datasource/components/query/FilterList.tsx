import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useCallback, useState } from 'react';

import { type Filter } from '../../../contract/contract.gen';
import { useLoaded } from '../../../shared/useLoaded';
import { LoadError } from '../../../shared/LoadError';
import { type FieldsProps } from './fields';
import { FilterRow } from './FilterRow';

/** The filters that narrow every signal to matching series. */
export function FilterList({ datasource, query, onChange }: FieldsProps) {
  const styles = useStyles2(getStyles);
  const { resources } = datasource;
  const labels = useLoaded(useCallback(() => resources.labels(), [resources]));
  // A filter without a label is no filter yet: it is kept here and not in the query, which the backend would refuse.
  const [adding, setAdding] = useState(false);
  const filters = query.filters ?? [];

  function save(next: Filter[]) {
    onChange({ ...query, filters: next.length > 0 ? next : undefined });
  }

  return (
    <div className={styles.root} role="group" aria-label="Filters">
      <span className={styles.title}>Filters</span>
      {filters.map((filter, index) => (
        <FilterRow
          key={index}
          name={`Filter ${index + 1}`}
          filter={filter}
          resources={resources}
          labels={labels}
          onChange={(changed) => save(filters.with(index, changed))}
          onRemove={() => save(filters.toSpliced(index, 1))}
        />
      ))}
      {adding && (
        <FilterRow
          key={filters.length}
          name={`Filter ${filters.length + 1}`}
          filter={{ key: '', operator: '=', value: '' }}
          resources={resources}
          labels={labels}
          onChange={(changed) => {
            setAdding(false);
            save([...filters, changed]);
          }}
          onRemove={() => setAdding(false)}
        />
      )}
      <Button
        icon="plus"
        size="sm"
        variant="secondary"
        type="button"
        disabled={adding}
        onClick={() => setAdding(true)}
        aria-label="Add a filter"
      >
        Add
      </Button>
      {labels.error !== undefined && <LoadError what="The labels" error={labels.error} onRetry={labels.reload} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
  }),
  title: css({
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
});
