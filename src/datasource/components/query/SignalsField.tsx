import { EditorField } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { MultiSelect } from '@grafana/ui';
import { useId } from 'react';

import { type SignalsResource } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { chosenValues, withChosen } from '../common/options';
import { type Loaded } from '../../../shared/useLoaded';
import { signalChoices, variableChoices } from './choices';
import { type FieldsProps } from './fields';

interface Props extends Pick<FieldsProps, 'query' | 'onChange'> {
  signals: Loaded<SignalsResource>;
}

/** The signals that are looked at, of those that the type can answer for. */
export function SignalsField({ query, onChange, signals }: Props) {
  const id = useId();
  const variables = variableChoices(getTemplateSrv().getVariables());
  return (
    <EditorField label="Signals" htmlFor={`${id}-signals`} width={34} required>
      <>
        <MultiSelect
          inputId={`${id}-signals`}
          placeholder="Choose signals"
          options={withChosen(
            [...signalChoices(signals.value?.signals ?? [], query.queryType), ...variables],
            query.signals ?? []
          )}
          value={query.signals ?? []}
          onChange={(items) => onChange({ ...query, signals: chosenValues(items) })}
          isLoading={signals.loading}
          allowCustomValue
        />
        {signals.error !== undefined && <LoadError what="The signals" error={signals.error} onRetry={signals.reload} />}
      </>
    </EditorField>
  );
}
