import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Combobox, InlineField, MultiCombobox, useStyles2 } from '@grafana/ui';

import type { VariableState } from './useVariables';
import { allValue } from './variables';

const hidden = 2;

function store(name: string, values: string[]): void {
  locationService.partial({ [`var-${name}`]: values });
}

/** The dashboard's variables, to choose their values. */
export function VariableBar({ states }: { states: VariableState[] }) {
  const styles = useStyles2(getStyles);
  const shown = states.filter(({ variable }) => variable.hide !== hidden && variable.type !== 'constant');
  return (
    <div className={styles.bar}>
      {shown.map((state) => (
        <Variable key={state.variable.name} state={state} />
      ))}
    </div>
  );
}

function Variable({ state: { variable, options, chosen, error } }: { state: VariableState }) {
  const { name, label, multi, includeAll } = variable;
  const id = `variable-${name}`;
  const all = includeAll ? [{ label: 'All', value: allValue }] : [];
  const choices = [...all, ...options.map(({ text, value }) => ({ label: text, value }))];
  return (
    <InlineField label={label ?? name} htmlFor={id} invalid={error !== undefined} error={error} transparent>
      {multi ? (
        <MultiCombobox
          id={id}
          options={choices}
          value={chosen}
          onChange={(picked) =>
            store(
              name,
              picked.map(({ value }) => value)
            )
          }
          width="auto"
          minWidth={20}
          maxWidth={60}
        />
      ) : (
        <Combobox
          id={id}
          options={choices}
          value={chosen[0] ?? null}
          onChange={({ value }) => store(name, [value])}
          createCustomValue={variable.type !== 'datasource'}
          placeholder={error === undefined ? 'None found' : 'Unknown'}
          width="auto"
          minWidth={20}
          maxWidth={60}
        />
      )}
    </InlineField>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1), marginBottom: theme.spacing(1) }),
});
