import { EditorField } from '@grafana/plugin-ui';
import { Select } from '@grafana/ui';
import { useId } from 'react';

import { type FieldsProps } from './fields';
import { formatsOf, queryTypes, withType } from './queryTypes';

/** What is asked, and in which shape it answers. */
export function TypeFields({ query, onChange }: FieldsProps) {
  const id = useId();
  const formats = formatsOf(query.queryType);
  return (
    <>
      <EditorField label="Query type" htmlFor={`${id}-type`} width={18}>
        <Select
          inputId={`${id}-type`}
          options={queryTypes}
          value={query.queryType}
          onChange={({ value = query.queryType }) => onChange(withType(query, value))}
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
