import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';

import { PRESETS } from '../../../contract/constants.gen';
import { type FlaglensSettings } from '../../types';

export type EditorProps = DataSourcePluginOptionsEditorProps<FlaglensSettings>;

/** What each section of the settings page gets: the settings, and how to change some of them. */
export interface SectionProps {
  settings: FlaglensSettings;
  /** Takes the fields that change; undefined takes a field out, so that its default holds. */
  onChange: (changed: Partial<FlaglensSettings>) => void;
  readOnly: boolean;
}

/** The preset of settings that name none. */
export const defaultPreset = PRESETS[0];

/** The settings with some fields changed; those that became undefined are left out of what is saved. */
export function merged(settings: FlaglensSettings, changed: Partial<FlaglensSettings>): FlaglensSettings {
  return Object.fromEntries(
    Object.entries<unknown>({ ...settings, ...changed }).filter(([, value]) => value !== undefined)
  );
}
