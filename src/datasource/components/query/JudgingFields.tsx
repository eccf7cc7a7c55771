import { dateTime, type SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Input, Select } from '@grafana/ui';
import { useId, useState } from 'react';

import { type Beginning, type Profile } from '../../../contract/constants.gen';
import { choicesOf } from '../common/options';
import { profiles } from '../common/profiles';
import { alphaError } from '../config/validation';
import { type FieldsProps } from './fields';
import { parseSince, type Since } from './judging';

const beginnings = choicesOf<Beginning>({
  rollout: { label: 'The rollout', description: 'When the allocation last changed' },
  range: { label: 'The time range', description: 'Its start; a range that slides along voids the guarantee' },
});

function sinceChoice(since: Since | undefined): SelectableValue<string> | undefined {
  if (since === undefined) {
    return undefined;
  }
  const value = String(since);
  const time = Number(value);
  return (
    beginnings.find((choice) => choice.value === value) ?? {
      value,
      label: Number.isFinite(time) ? dateTime(time).utc().format('YYYY-MM-DD HH:mm [UTC]') : value,
    }
  );
}

/** When the rollout that is judged began, how rarely a verdict may be wrong, and how fast it has to be. */
export function JudgingFields({ query, onChange }: Pick<FieldsProps, 'query' | 'onChange'>) {
  const id = useId();
  const [wrongSince, setWrongSince] = useState<string>();
  const [typed, setTyped] = useState<string>();
  const since = sinceChoice(query.since);
  const error = alphaError(query.alpha);

  return (
    <>
      <EditorField
        label="Since"
        htmlFor={`${id}-since`}
        width={26}
        tooltip="What is judged begins here. Choose, or type a time: 2026-11-21 12:05, or unix milliseconds."
        invalid={wrongSince !== undefined}
        error={`"${wrongSince ?? ''}" is no time: type it like 2026-11-21 12:05, or as unix milliseconds`}
      >
        <Select
          inputId={`${id}-since`}
          placeholder="The rollout"
          options={
            since && !beginnings.some(({ value }) => value === since.value) ? [...beginnings, since] : beginnings
          }
          value={since ?? null}
          onChange={(choice: SelectableValue<string> | null) => {
            setWrongSince(undefined);
            onChange({ ...query, since: choice?.value });
          }}
          onCreateOption={(text) => {
            const time = parseSince(text);
            setWrongSince(time === undefined ? text : undefined);
            if (time !== undefined) {
              onChange({ ...query, since: time });
            }
          }}
          formatCreateLabel={(text) => `Since ${text}`}
          isClearable
          allowCustomValue
        />
      </EditorField>
      <EditorField
        label="Alpha"
        htmlFor={`${id}-alpha`}
        width={14}
        tooltip="The part of harmless rollouts that may be called regressed, over all time. Left empty, what the settings say, else 0.01."
        invalid={error !== undefined}
        error={error}
      >
        <Input
          id={`${id}-alpha`}
          type="number"
          min={0}
          max={0.1}
          step="any"
          placeholder="0.01"
          value={typed ?? query.alpha ?? ''}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          onBlur={() => {
            if (typed !== undefined) {
              setTyped(undefined);
              onChange({ ...query, alpha: typed === '' ? undefined : Number(typed) });
            }
          }}
        />
      </EditorField>
      <EditorField
        label="Profile"
        htmlFor={`${id}-profile`}
        width={18}
        tooltip="How much correlated traffic a verdict has to survive. Left empty, what the settings say, else strict."
      >
        <Select
          inputId={`${id}-profile`}
          placeholder="Strict"
          options={profiles}
          value={query.profile ?? null}
          onChange={(choice: SelectableValue<Profile> | null) => onChange({ ...query, profile: choice?.value })}
          isClearable
        />
      </EditorField>
    </>
  );
}
