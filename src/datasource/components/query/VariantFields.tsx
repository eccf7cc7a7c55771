import { EditorField } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { MultiSelect, Select } from '@grafana/ui';
import { useCallback, useId } from 'react';

import { type FlagsResource } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { chosenValues, toOptions, withChosen } from '../common/options';
import { type Loaded, useLoaded } from '../../../shared/useLoaded';
import { variableChoices } from './choices';
import { type FieldsProps } from './fields';

interface Props extends FieldsProps {
  flags: Loaded<FlagsResource>;
}

/** The variant that stands for the existing application, and the variants that are laid over it. */
export function VariantFields({ datasource, query, onChange, flags }: Props) {
  const id = useId();
  const { resources } = datasource;
  const flag = query.flag === undefined ? '' : getTemplateSrv().replace(query.flag);
  const loadVariants = useCallback(() => resources.variants(flag), [resources, flag]);
  const variants = useLoaded(flag === '' ? undefined : loadVariants);
  const variables = variableChoices(getTemplateSrv().getVariables());
  const names = variants.value?.names ?? [];
  const usual = flags.value?.flags.find((info) => info.flag === flag)?.baseline;

  return (
    <>
      <EditorField
        label="Baseline"
        htmlFor={`${id}-baseline`}
        width={20}
        tooltip="The variant that stands for the existing application. Left empty, it is the one from the settings, else the first of the well-known names that exists."
      >
        <Select
          inputId={`${id}-baseline`}
          placeholder={usual === undefined ? 'Automatic' : `Automatic (${usual})`}
          options={withChosen([...toOptions(names), ...variables], [query.baseline])}
          value={query.baseline ?? null}
          onChange={(choice: { value?: string } | null) => onChange({ ...query, baseline: choice?.value })}
          isLoading={variants.loading}
          isClearable
          allowCustomValue
        />
      </EditorField>
      <EditorField
        label="Variants"
        htmlFor={`${id}-variants`}
        width={28}
        tooltip="The features that are laid over the baseline. Left empty, all of them."
      >
        <>
          <MultiSelect
            inputId={`${id}-variants`}
            placeholder="All"
            options={withChosen([...toOptions(names), ...variables], query.variants ?? [])}
            value={query.variants ?? []}
            onChange={(items) => onChange({ ...query, variants: chosenValues(items) })}
            isLoading={variants.loading}
            allowCustomValue
          />
          {variants.error !== undefined && (
            <LoadError what="The variants" error={variants.error} onRetry={variants.reload} />
          )}
        </>
      </EditorField>
    </>
  );
}
