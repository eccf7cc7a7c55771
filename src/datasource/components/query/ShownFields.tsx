import { EditorField } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { MultiSelect, Select } from '@grafana/ui';
import { useCallback, useId, useState } from 'react';

import { ARMS } from '../../../contract/constants.gen';
import { LoadError } from '../../../shared/LoadError';
import { chosenValues, toOptions, withChosen } from '../common/options';
import { useLoaded } from '../../../shared/useLoaded';
import { exemplarChoices, quantileChoices, roleChoices, variableChoices } from './choices';
import { type FieldsProps } from './fields';
import { parseQuantile, quantileName } from './quantiles';
import { shownFields } from './queryTypes';
import { StatsField } from './StatsField';

/** What is shown of each signal. */
export function ShownFields({ datasource, query, onChange }: FieldsProps) {
  const id = useId();
  const shown = shownFields(query);
  const { resources } = datasource;
  const labels = useLoaded(useCallback(() => resources.labels(), [resources]));
  const [wrongQuantile, setWrongQuantile] = useState<string>();
  const variables = variableChoices(getTemplateSrv().getVariables());

  function addQuantile(text: string) {
    const quantile = parseQuantile(text);
    setWrongQuantile(quantile === undefined ? text : undefined);
    if (quantile !== undefined && !query.quantiles?.includes(quantile)) {
      onChange({ ...query, quantiles: [...(query.quantiles ?? []), quantile] });
    }
  }

  return (
    <>
      {shown.quantiles && (
        <EditorField
          label="Quantiles"
          htmlFor={`${id}-quantiles`}
          width={26}
          tooltip="Of signals that are histograms. Choose some, or type one: 0.95, p95 and 95% are the same."
          invalid={wrongQuantile !== undefined}
          error={`"${wrongQuantile ?? ''}" is no quantile: type a number between 0 and 1, or a percentile like p99.9`}
        >
          <MultiSelect
            inputId={`${id}-quantiles`}
            placeholder={query.format === 'shift' ? '1% to 99%' : 'p50, p95, p99'}
            options={[
              ...quantileChoices,
              ...(query.quantiles ?? [])
                .filter((value) => !quantileChoices.some((choice) => choice.value === value))
                .map((value) => ({ value, label: quantileName(value) })),
            ]}
            value={query.quantiles ?? []}
            onChange={(items) => {
              setWrongQuantile(undefined);
              onChange({ ...query, quantiles: chosenValues(items) });
            }}
            onCreateOption={addQuantile}
            formatCreateLabel={(text) => `Use ${text}`}
            allowCustomValue
          />
        </EditorField>
      )}
      {shown.stats && <StatsField query={query} onChange={onChange} />}
      {shown.roles && (
        <EditorField
          label="Show"
          htmlFor={`${id}-roles`}
          width={24}
          tooltip="Which of baseline, feature, difference and ratio to return. Left empty, all of them. A core heatmap draws one variant."
        >
          <MultiSelect
            inputId={`${id}-roles`}
            placeholder="Everything"
            options={roleChoices.filter(
              ({ value }) => query.queryType === 'compare' || ARMS.some((arm) => arm === value)
            )}
            value={query.roles ?? []}
            onChange={(items) => onChange({ ...query, roles: chosenValues(items) })}
          />
        </EditorField>
      )}
      {shown.exemplars && (
        <EditorField
          label="Traces"
          htmlFor={`${id}-exemplars`}
          width={18}
          tooltip="Exemplars of histograms, each of which leads to its trace."
        >
          <Select
            inputId={`${id}-exemplars`}
            options={exemplarChoices}
            value={query.exemplars === undefined ? 'settings' : query.exemplars ? 'shown' : 'hidden'}
            onChange={({ value }) =>
              onChange({ ...query, exemplars: value === 'settings' ? undefined : value === 'shown' })
            }
          />
        </EditorField>
      )}
      {shown.groupBy && (
        <EditorField
          label="Group by"
          htmlFor={`${id}-group`}
          width={24}
          tooltip="Labels by which each variant is told apart further, such as route or instance."
        >
          <>
            <MultiSelect
              inputId={`${id}-group`}
              placeholder="Nothing"
              options={withChosen([...toOptions(labels.value?.names ?? []), ...variables], query.groupBy ?? [])}
              value={query.groupBy ?? []}
              onChange={(items) => onChange({ ...query, groupBy: chosenValues(items) })}
              isLoading={labels.loading}
              allowCustomValue
            />
            {labels.error !== undefined && <LoadError what="The labels" error={labels.error} onRetry={labels.reload} />}
          </>
        </EditorField>
      )}
    </>
  );
}
