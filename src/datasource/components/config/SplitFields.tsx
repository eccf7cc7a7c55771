import { type SelectableValue } from '@grafana/data';

import { type SplitMode } from '../../../contract/constants.gen';
import { type Split } from '../../../contract/contract.gen';
import { choicesOf } from '../common/options';
import { ChoiceSetting } from './ChoiceSetting';
import { MatcherFlags } from './MatcherFlags';
import { NamesSetting } from './NamesSetting';
import { TextSetting } from './TextSetting';
import { labelError, nameError } from './validation';

interface Props {
  split: Split | undefined;
  /** The split that holds where there is none here, and that gives empty fields their defaults. */
  fallback: Split | undefined;
  /** What having none here means: "As the preset". */
  inherited: string;
  readOnly: boolean;
  onChange: (split: Split | undefined) => void;
}

const modes = choicesOf<SplitMode>({
  labels: {
    label: 'Flag and variant labels',
    description: 'The metric has a label with the flag and one with the variant',
  },
  flag_label: { label: 'Flag as label', description: "The label's name is the flag, its value the variant" },
  info: {
    label: 'Info metric',
    description: 'The variant is constant per instance and joined from an info metric, as in canary deployments',
  },
  matchers: {
    label: 'Matchers',
    description: 'Each variant is a label selector, such as version="2"; needs no new instrumentation',
  },
});

const inherit = 'inherit';

/** How series are told apart by flag and variant: one of four ways, with the fields of the one chosen. */
export function SplitFields({ split, fallback, inherited, readOnly, onChange }: Props) {
  const options: Array<SelectableValue<Split['mode'] | typeof inherit>> = [
    { value: inherit, label: inherited, description: fallback && describe(fallback) },
    ...modes,
  ];
  return (
    <>
      <ChoiceSetting
        label="Way to split"
        tooltip="How a series is told apart by flag and variant."
        options={options}
        value={split?.mode ?? inherit}
        readOnly={readOnly}
        onChange={(mode) => onChange(mode === inherit ? undefined : { ...split, mode })}
      />
      {split && <ModeFields split={split} fallback={fallback} readOnly={readOnly} onChange={onChange} />}
    </>
  );
}

function describe({ mode, flagLabel, variantLabel }: Split): string {
  return mode === 'labels' && flagLabel && variantLabel
    ? `${flagLabel} and ${variantLabel}`
    : (modes.find(({ value }) => value === mode)?.label ?? mode);
}

interface ModeProps {
  split: Split;
  fallback: Split | undefined;
  readOnly: boolean;
  onChange: (split: Split) => void;
}

function ModeFields({ split, fallback, readOnly, onChange }: ModeProps) {
  const labels = (
    <>
      <TextSetting
        label="Flag label"
        tooltip="The label whose value is the flag's key."
        value={split.flagLabel}
        placeholder={fallback?.flagLabel ?? 'feature_flag_key'}
        error={labelError(split.flagLabel)}
        readOnly={readOnly}
        onChange={(flagLabel) => onChange({ ...split, flagLabel })}
      />
      <TextSetting
        label="Variant label"
        tooltip="The label whose value is the variant."
        value={split.variantLabel}
        placeholder={fallback?.variantLabel ?? 'feature_flag_variant'}
        error={labelError(split.variantLabel)}
        readOnly={readOnly}
        onChange={(variantLabel) => onChange({ ...split, variantLabel })}
      />
    </>
  );
  switch (split.mode) {
    case 'labels':
      return labels;
    case 'flag_label':
      return (
        <TextSetting
          label="Label prefix"
          tooltip="What the names of flag labels begin with; what follows is the flag's key."
          value={split.prefix}
          placeholder="None"
          error={labelError(split.prefix)}
          readOnly={readOnly}
          onChange={(prefix) => onChange({ ...split, prefix })}
        />
      );
    case 'info':
      return (
        <>
          <TextSetting
            label="Info metric"
            tooltip="The metric, always 1, whose labels tell the flag and the variant of an instance."
            value={split.infoMetric}
            placeholder="feature_flag_info"
            error={nameError('info metric', split.infoMetric)}
            required
            readOnly={readOnly}
            onChange={(infoMetric) => onChange({ ...split, infoMetric })}
          />
          <NamesSetting
            label="Joined on"
            tooltip="The labels that a series and the info metric have in common, such as instance."
            value={split.on}
            placeholder="instance (Enter adds it)"
            error={split.on === undefined ? 'Name a label to join on' : split.on.map(labelError).find(Boolean)}
            readOnly={readOnly}
            onChange={(on) => onChange({ ...split, on })}
          />
          {labels}
        </>
      );
    case 'matchers':
      return (
        <MatcherFlags
          flags={split.flags ?? []}
          readOnly={readOnly}
          onChange={(flags) => onChange({ ...split, flags: flags.length > 0 ? flags : undefined })}
        />
      );
  }
}
