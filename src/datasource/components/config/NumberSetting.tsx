import { InlineField, Input } from '@grafana/ui';
import { useId } from 'react';

interface Props {
  label: string;
  tooltip?: string;
  placeholder?: string;
  value: number | undefined;
  step?: number | 'any';
  /** What is wrong with the value, shown below it. */
  error?: string;
  readOnly?: boolean;
  /** Takes the number; undefined for none. */
  onChange: (value: number | undefined) => void;
}

/** A number among the settings, with its label and what is wrong with it. */
export function NumberSetting({ label, tooltip, placeholder, value, step = 1, error, readOnly, onChange }: Props) {
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
      <Input
        id={id}
        type="number"
        min={0}
        step={step}
        value={value ?? ''}
        placeholder={placeholder}
        onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber)}
      />
    </InlineField>
  );
}
