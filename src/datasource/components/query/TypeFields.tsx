import { EditorField } from '@grafana/plugin-ui';
import { Select } from '@grafana/ui';
import { useId } from 'react';

import { type Signal } from '../../../contract/contract.gen';
import { type FieldsProps } from './fields';
import { formatsOf, queryTypes, withType } from './queryTypes';

interface Props extends Pick<FieldsProps, 'query' | 'onChange'> {
  /** The signals that there are; empty while they are not known. */
  catalogue: readonly Signal[];
}

/** What is asked, and in which shape it answers. */
export function TypeFields({ query, onChange, catalogue }: Props) {
  const id = useId();
  const formats = formatsOf(query.queryType);
  return (
    <>
      <EditorField label="Query type" htmlFor={`${id}-type`} width={18}>
        <Select
          inputId={`${id}-type`}
          options={queryTypes}
          value={query.queryType}
          onChange={({ value = query.queryType }) => onChange(withType(query, value, catalogue))}
        />
      </EditorField>
      {formats.length > 1 && (
        <EditorField label="Format" htmlFor={`${id}-format`} width={22}>
          <Select
            inputId={`${id}-format`}
            options={formats}
            value={query.format ?? formats[0]?.value}
            onChange={({ value }) => onChange({ ...query, format: value === formats[0]?.value ? undefined : value })}
          />
        </EditorField>
      )}
    </>
  );
}
