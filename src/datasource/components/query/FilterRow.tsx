import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Button, Select, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { type Filter, type NamesResource } from '../../../contract/contract.gen';
import { type Resources } from '../../../shared/resources';
import { type Operator } from '../../types';
import { choicesOf, toOptions, withChosen } from '../common/options';
import { type Loaded, useLoaded } from '../../../shared/useLoaded';
import { variableChoices } from './choices';

const operators = choicesOf<Operator>({
  '=': { label: '=', description: 'is' },
  '!=': { label: '!=', description: 'is not' },
  '=~': { label: '=~', description: 'matches the regular expression' },
  '!~': { label: '!~', description: 'does not match the regular expression' },
});

interface Props {
  /** What a screen reader calls the filter. */
  name: string;
  filter: Filter;
  resources: Resources;
  labels: Loaded<NamesResource>;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

/** One filter: a label, an operator and a value. */
export function FilterRow({ name, filter, resources, labels, onChange, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const label = getTemplateSrv().replace(filter.key);
  const load = useCallback(() => resources.labelValues(label), [resources, label]);
  const values = useLoaded(label === '' ? undefined : load);
  const variables = variableChoices(getTemplateSrv().getVariables());

  return (
    <div className={styles.root} role="group" aria-label={name}>
      <Select
        aria-label={`${name}, label`}
        placeholder="Label"
        width="auto"
        className={styles.part}
        options={withChosen([...toOptions(labels.value?.names ?? []), ...variables], [filter.key])}
        value={filter.key === '' ? null : filter.key}
        onChange={({ value = '' }) => onChange({ ...filter, key: value, value: '' })}
        isLoading={labels.loading}
        allowCustomValue
      />
      <Select
        aria-label={`${name}, operator`}
        width="auto"
        className={styles.operator}
        options={operators}
        value={filter.operator}
        onChange={({ value = filter.operator }) => onChange({ ...filter, operator: value })}
      />
      <Select
        aria-label={`${name}, value`}
        placeholder="Value"
        width="auto"
        className={styles.part}
        options={withChosen([...toOptions(values.value?.names ?? []), ...variables], [filter.value])}
        value={filter.value === '' ? null : filter.value}
        onChange={({ value = '' }) => onChange({ ...filter, value })}
        isLoading={values.loading}
        noOptionsMessage={values.error ?? 'No value is known; type it'}
        disabled={filter.key === ''}
        allowCustomValue
      />
      <Button
        icon="times"
        size="md"
        variant="secondary"
        fill="outline"
        type="button"
        aria-label={`Remove ${name.toLowerCase()}`}
        tooltip="Remove this filter"
        onClick={onRemove}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    gap: theme.spacing(0.25),
    maxWidth: '100%',
  }),
  part: css({ minWidth: theme.spacing(10), flexShrink: 1 }),
  operator: css({ minWidth: theme.spacing(8), flexShrink: 0 }),
});
