import { ConfigSection } from '@grafana/plugin-ui';

import { PRESETS } from '../../../contract/constants.gen';
import { type PresetInfo } from '../../../contract/contract.gen';
import { LoadError } from '../../../shared/LoadError';
import { type Loaded } from '../../../shared/useLoaded';
import { ChoiceSetting } from './ChoiceSetting';
import { defaultPreset, type SectionProps } from './settings';
import { SplitFields } from './SplitFields';

interface Props extends SectionProps {
  presets: Loaded<PresetInfo[]>;
}

/** Which names the metrics and labels have, and how a series is told apart by flag and variant. */
export function SplitSection({ settings, presets, readOnly, onChange }: Props) {
  const preset = settings.preset ?? defaultPreset;
  const chosen = presets.value?.find(({ id }) => id === preset);
  return (
    <ConfigSection title="Flags and variants" description="How the metrics tell which variant a request had.">
      <ChoiceSetting
        label="Preset"
        tooltip="Where the metrics come from: their names, labels and the signals to start with."
        options={
          presets.value?.map(({ id, name }) => ({ value: id, label: name })) ??
          // The names come from the backend; until they are there the ids stand for them.
          PRESETS.map((id) => ({ value: id, label: id }))
        }
        value={preset}
        loading={presets.loading}
        readOnly={readOnly}
        onChange={(id) => onChange({ preset: id })}
      />
      {presets.error !== undefined && <LoadError what="The presets" error={presets.error} onRetry={presets.reload} />}
      <SplitFields
        split={settings.split}
        fallback={chosen?.split}
        inherited="As the preset"
        readOnly={readOnly}
        onChange={(split) => onChange({ split })}
      />
    </ConfigSection>
  );
}
