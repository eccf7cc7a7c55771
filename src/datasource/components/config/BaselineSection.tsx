import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { Button, FieldValidationMessage, InlineLabel, Input, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import { NamesSetting } from './NamesSetting';
import { RemoveButton } from '../common/RemoveButton';
import { type SectionProps } from './settings';

type Row = [flag: string, variant: string];

/** Which variant stands for the existing application, in general and flag by flag. */
export function BaselineSection({ settings, readOnly, onChange }: SectionProps) {
  const styles = useStyles2(getStyles);
  // Rows and not the settings' map, which could not hold two rows that are still being typed.
  const [rows, setRows] = useState<Row[]>(() => Object.entries(settings.baselines ?? {}));
  const flags = rows.map(([flag]) => flag).filter((flag) => flag !== '');
  const twice = flags.find((flag, index) => flags.indexOf(flag) !== index);

  function save(next: Row[]) {
    setRows(next);
    const complete = next.filter(([flag, variant]) => flag !== '' && variant !== '');
    onChange({ baselines: complete.length > 0 ? Object.fromEntries(complete) : undefined });
  }

  return (
    <ConfigSection
      title="Baseline"
      description="The variant that stands for the existing application, where a query does not name it."
    >
      <NamesSetting
        label="Usual names"
        tooltip="The first of these variants that a flag has is its baseline."
        placeholder={settings.baselineNames ? 'Add a name' : 'control, off, false, baseline, default, A'}
        value={settings.baselineNames}
        readOnly={readOnly}
        onChange={(baselineNames) => onChange({ baselineNames })}
      />
      <div role="group" aria-label="Baseline by flag" className={styles.rows}>
        <InlineLabel width={24} tooltip="For flags whose baseline has another name.">
          By flag
        </InlineLabel>
        {rows.map(([flag, variant], index) => (
          <div key={index} className={styles.row}>
            <Input
              aria-label={`Flag ${index + 1}`}
              placeholder="Flag"
              value={flag}
              disabled={readOnly}
              invalid={flag === '' || flag === twice}
              onChange={({ currentTarget }) => save(rows.with(index, [currentTarget.value, variant]))}
            />
            <Input
              aria-label={`Baseline of flag ${index + 1}`}
              placeholder="Its baseline"
              value={variant}
              disabled={readOnly}
              invalid={variant === ''}
              onChange={({ currentTarget }) => save(rows.with(index, [flag, currentTarget.value]))}
            />
            {!readOnly && (
              <RemoveButton what="flag" which={`${index + 1}`} onRemove={() => save(rows.toSpliced(index, 1))} />
            )}
          </div>
        ))}
        {twice !== undefined && (
          <FieldValidationMessage>&quot;{twice}&quot; is there twice: the last one counts</FieldValidationMessage>
        )}
        {!readOnly && (
          <Button type="button" icon="plus" size="sm" variant="secondary" onClick={() => setRows([...rows, ['', '']])}>
            Add a flag
          </Button>
        )}
      </div>
    </ConfigSection>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rows: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5) }),
  row: css({ display: 'flex', gap: theme.spacing(0.5), width: '100%' }),
});
