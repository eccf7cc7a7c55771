import { InlineField, TagsInput } from '@grafana/ui';
import { useId } from 'react';

interface Props {
  label: string;
  tooltip?: string;
  placeholder: string;
  value: string[] | undefined;
  error?: string;
  readOnly?: boolean;
  /** Takes the names; undefined for none. */
  onChange: (value: string[] | undefined) => void;
}

/** A list of names among the settings; Enter adds the one that was typed. */
export function NamesSetting({ label, tooltip, placeholder, value, error, readOnly, onChange }: Props) {
  const id = useId();
  return (
    <InlineField
      label={label}
      labelWidth={24}
      tooltip={tooltip}
      htmlFor={id}
      grow
      disabled={readOnly}
      invalid={error !== undefined}
      error={error}
    >
      <TagsInput
        id={id}
        tags={value}
        placeholder={placeholder}
        disabled={readOnly}
        onChange={(names) => onChange(names.length > 0 ? names : undefined)}
      />
    </InlineField>
  );
}
