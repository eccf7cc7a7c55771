import { EditorField } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { Select } from '@grafana/ui';
import { useId } from 'react';

import { type FlagsResource } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { withChosen } from '../common/options';
import { type Loaded } from '../../../shared/useLoaded';
import { flagChoices, variableChoices } from './choices';
import { type FieldsProps } from './fields';

interface Props extends Pick<FieldsProps, 'query' | 'onChange'> {
  flags: Loaded<FlagsResource>;
}

/** The flag that is looked at. */
export function FlagField({ query, onChange, flags }: Props) {
  const id = useId();
  const variables = variableChoices(getTemplateSrv().getVariables());
  return (
    <EditorField label="Flag" htmlFor={`${id}-flag`} width={22} required>
      <>
        <Select
          inputId={`${id}-flag`}
          placeholder="Choose a flag"
          options={withChosen([...flagChoices(flags.value?.flags ?? []), ...variables], [query.flag])}
          value={query.flag ?? null}
          onChange={(choice) => onChange({ ...query, flag: choice.value, baseline: undefined, variants: undefined })}
          isLoading={flags.loading}
          loadingMessage="Asking for the flags"
          noOptionsMessage="No flag is known; type its key"
          allowCustomValue
          virtualized={(flags.value?.flags.length ?? 0) > 500}
        />
        {flags.error !== undefined && <LoadError what="The flags" error={flags.error} onRetry={flags.reload} />}
      </>
    </EditorField>
  );
}
