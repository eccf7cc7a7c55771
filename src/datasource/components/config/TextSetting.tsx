import { InlineField, Input } from '@grafana/ui';
import { useId, useState } from 'react';

interface Props {
  label: string;
  tooltip?: string;
  placeholder?: string;
  value: string | undefined;
  /** What is wrong with the value, shown below it. */
  error?: string;
  required?: boolean;
  readOnly?: boolean;
  /** Whether the text is taken when the field is left, and not with every key. */
  onLeave?: boolean;
  /** Takes the text; undefined for none. */
  onChange: (value: string | undefined) => void;
}

/** A line of text among the settings, with its label and what is wrong with it. */
export function TextSetting(props: Props) {
  const { label, tooltip, placeholder, value, error, required, readOnly, onLeave, onChange } = props;
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const take = (text: string) => onChange(text === '' ? undefined : text);

  return (
    <InlineField
      label={label}
      labelWidth={24}
      tooltip={tooltip}
      htmlFor={id}
      grow
      required={required}
      disabled={readOnly}
      invalid={error !== undefined}
      error={error}
    >
      <Input
        id={id}
        value={typed ?? value ?? ''}
        placeholder={placeholder}
        spellCheck={false}
        onChange={({ currentTarget }) => (onLeave ? setTyped(currentTarget.value) : take(currentTarget.value))}
        onBlur={() => {
          if (typed !== undefined) {
            setTyped(undefined);
            take(typed);
          }
        }}
      />
    </InlineField>
  );
}
