import { css } from '@emotion/css';
import { type SelectableValue } from '@grafana/data';
import { InlineField, Select, useStyles2 } from '@grafana/ui';
import { useId } from 'react';

interface Props<T extends string> {
  label: string;
  tooltip?: string;
  options: Array<SelectableValue<T>>;
  value: T | undefined;
  placeholder?: string;
  loading?: boolean;
  /** Whether something that is not among the options can be typed. */
  typed?: boolean;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
  onChange: (value: T) => void;
}

/** A choice among the settings, with its label and what is wrong with it. */
export function ChoiceSetting<T extends string>(props: Props<T>) {
  const { label, tooltip, options, value, placeholder, loading, typed, required, readOnly, error, onChange } = props;
  const id = useId();
  const styles = useStyles2(getStyles);
  return (
    <InlineField
      label={label}
      labelWidth={24}
      tooltip={tooltip}
      htmlFor={id}
      className={styles.field}
      grow
      shrink
      required={required}
      disabled={readOnly}
      invalid={error !== undefined}
      error={error}
    >
      <Select
        inputId={id}
        options={options}
        value={value ?? null}
        placeholder={placeholder}
        isLoading={loading}
        allowCustomValue={typed}
        onChange={(choice) => {
          if (choice.value !== undefined) {
            onChange(choice.value);
          }
        }}
      />
    </InlineField>
  );
}

const getStyles = () => ({
  // A long name is cut, and does not push the field out of a narrow page.
  field: css({ minWidth: 0, '& > div': { minWidth: 0 } }),
});
