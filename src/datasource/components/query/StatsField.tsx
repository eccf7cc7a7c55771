import { EditorField } from '@grafana/plugin-ui';
import { MultiSelect } from '@grafana/ui';
import { useId } from 'react';

import { chosenValues, withChosen } from '../common/options';
import { statChoices } from './choices';
import { type FieldsProps } from './fields';

/** What a query returns of each signal; an alert takes one number. */
export function StatsField({ query, onChange }: Pick<FieldsProps, 'query' | 'onChange'>) {
  const id = useId();
  const { options, single, usual } = statChoices(query.queryType);
  return (
    <EditorField
      label={single ? 'Number' : 'Stats'}
      htmlFor={`${id}-stats`}
      width={24}
      tooltip={single ? 'The number that a rule compares.' : 'What to return. Left empty, what is usual.'}
    >
      <MultiSelect
        inputId={`${id}-stats`}
        placeholder={usual}
        options={withChosen(options, query.stats ?? [])}
        value={query.stats ?? []}
        onChange={(items) => {
          const chosen = chosenValues(items);
          onChange({ ...query, stats: single ? chosen?.slice(-1) : chosen });
        }}
        allowCustomValue={!single}
      />
    </EditorField>
  );
}
