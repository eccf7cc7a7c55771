import { type SelectableValue } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Field, Select } from '@grafana/ui';
import { useCallback, useId, useState } from 'react';

import { type Resources } from '../../shared/resources';
import { type VariableQuery } from '../types';
import { formatVariableCall, parseVariableQuery, type VariableCall, variableText } from '../variables';
import { LoadError } from '../../shared/LoadError';
import { toOptions, withChosen } from './common/options';
import { type Loaded, useLoaded } from '../../shared/useLoaded';
import { variableChoices } from './query/choices';

interface Props {
  query: VariableQuery;
  onChange: (query: VariableQuery) => void;
  resources: Resources;
}

/** A call that may still lack its arguments. */
interface Draft {
  list: VariableCall['list'];
  flag?: string;
  label?: string;
  metric?: string;
}

const lists: Array<SelectableValue<Draft['list']>> = [
  { value: 'flags', label: 'Flags', description: 'The flags that Prometheus knows' },
  { value: 'variants', label: 'Variants', description: 'The variants of a flag, the baseline first' },
  { value: 'signals', label: 'Signals', description: 'The catalogue of signals' },
  { value: 'label_values', label: 'Label values', description: 'The values of a label' },
];

/** The call that a draft has become, or nothing while an argument is missing. */
function completed({ list, flag, label, metric }: Draft): VariableCall | undefined {
  switch (list) {
    case 'flags':
    case 'signals':
      return { list };
    case 'variants':
      return flag ? { list, flag } : undefined;
    case 'label_values':
      return label ? { list, label, ...(metric ? { metric } : {}) } : undefined;
  }
}

function read(query: unknown): { draft: Draft; error?: string } {
  const text = variableText(query);
  try {
    return { draft: text === '' ? { list: 'flags' } : parseVariableQuery(text) };
  } catch (error) {
    return { draft: { list: 'flags' }, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The editor of a query variable: what to list, and of what. */
export default function VariableQueryEditor({ query, onChange, resources }: Props) {
  const id = useId();
  const [{ draft, error }, setDraft] = useState(() => read(query));

  const flags = useLoaded(
    useCallback(async () => (await resources.flags()).flags.map(({ flag }) => flag), [resources])
  );
  const labels = useLoaded(
    useCallback(async () => (await resources.labels(draft.metric)).names, [resources, draft.metric])
  );
  const metrics = useLoaded(
    useCallback(async () => (await resources.metrics()).metrics.map(({ name }) => name), [resources])
  );

  function change(next: Draft) {
    setDraft({ draft: next });
    const call = completed(next);
    if (call !== undefined) {
      onChange({ refId: query.refId, query: formatVariableCall(call) });
    }
  }

  return (
    <>
      <Field label="List" htmlFor={`${id}-list`} invalid={error !== undefined} error={error}>
        <Select
          inputId={`${id}-list`}
          width={40}
          options={lists}
          value={draft.list}
          onChange={({ value = draft.list }) => change({ ...draft, list: value })}
        />
      </Field>
      {draft.list === 'variants' && (
        <Choice
          id={`${id}-flag`}
          label="Flag"
          what="The flags"
          names={flags}
          value={draft.flag}
          missing="Choose the flag whose variants to list"
          onChange={(flag) => change({ ...draft, flag })}
        />
      )}
      {draft.list === 'label_values' && (
        <>
          <Choice
            id={`${id}-metric`}
            label="Metric"
            description="Optional: only the values that this metric has"
            what="The metrics"
            names={metrics}
            value={draft.metric}
            onChange={(metric) => change({ ...draft, metric })}
          />
          <Choice
            id={`${id}-label`}
            label="Label"
            what="The labels"
            names={labels}
            value={draft.label}
            missing="Choose the label whose values to list"
            onChange={(label) => change({ ...draft, label })}
          />
        </>
      )}
    </>
  );
}

interface ChoiceProps {
  id: string;
  label: string;
  description?: string;
  /** The names to choose from, as a failure to load them is put: "The flags". */
  what: string;
  names: Loaded<string[]>;
  value?: string;
  /** What to say while nothing is chosen; without it the choice is optional. */
  missing?: string;
  onChange: (value: string | undefined) => void;
}

function Choice({ id, label, description, what, names, value, missing, onChange }: ChoiceProps) {
  const variables = variableChoices(getTemplateSrv().getVariables());
  return (
    <Field
      label={label}
      description={description}
      htmlFor={id}
      required={missing !== undefined}
      invalid={missing !== undefined && !value}
      error={missing}
    >
      <>
        <Select
          inputId={id}
          width={40}
          options={withChosen([...toOptions(names.value ?? []), ...variables], [value])}
          value={value ?? null}
          onChange={(choice: SelectableValue<string> | null) => onChange(choice?.value)}
          isLoading={names.loading}
          isClearable={missing === undefined}
          allowCustomValue
        />
        {names.error !== undefined && <LoadError what={what} error={names.error} onRetry={names.reload} />}
      </>
    </Field>
  );
}
