import {
  FieldConfigProperty,
  FieldType,
  type SetFieldConfigOptionsArgs,
  type ThresholdsConfig,
  thresholdsOverrideProcessor,
} from '@grafana/data';
import { type Direction, DIRECTIONS } from '../contract/constants.gen';
import { type FieldSettings } from './model/fieldSettings';
import { ThresholdsEditor } from './render/ThresholdsEditor';

const DIRECTION_LABELS: Record<Direction, string> = {
  lower: 'Lower is better',
  higher: 'Higher is better',
  neutral: 'Neither',
};

/** What the panel keeps under `custom` of a field config. */
export interface ComparisonFieldConfig extends FieldSettings {
  /** Which way the signal improves. */
  direction?: Direction;
}

/**
 * The panel's options for fields. Grafana hands standard options on to the next panel type: a new panel begins as a time
 * series with a threshold at 80, which a time series does not draw and this panel would. A handler of the change comes
 * too late for it: Grafana has drawn the panel, and kept its data with the options, before it asks. So only the unit,
 * which describes the data whatever draws it, is a standard option here; what shapes axes and numbers is the panel's own.
 */
export const fieldOptions: SetFieldConfigOptionsArgs<ComparisonFieldConfig> = {
  disableStandardOptions: Object.values(FieldConfigProperty).filter((id) => id !== FieldConfigProperty.Unit),
  useCustomConfig: (builder) => {
    const settings = { placeholder: 'auto' };
    const shouldApply = ({ type }: { type: FieldType }) => type === FieldType.number;
    builder
      .addSelect({
        path: 'direction',
        name: 'Direction',
        description: 'Which way the signal improves. Automatic: as the datasource says, else by the unit.',
        settings: {
          isClearable: true,
          options: DIRECTIONS.map((value) => ({ value, label: DIRECTION_LABELS[value] })),
        },
      })
      // Categories of Grafana's own are left out together with their options, so these have none.
      .addNumberInput({
        path: 'axisMin',
        name: 'Axis min',
        description: 'Where the axis begins, in the unit of the values. Empty: so that the lines are seen well.',
        settings,
        shouldApply,
      })
      .addNumberInput({
        path: 'axisMax',
        name: 'Axis max',
        description: 'Where the axis ends, in the unit of the values. Empty: so that the lines are seen well.',
        settings,
        shouldApply,
      })
      .addNumberInput({
        path: 'decimals',
        name: 'Decimals',
        description: 'Empty: three significant digits.',
        settings: { ...settings, min: 0, max: 15, integer: true },
        shouldApply,
      })
      .addCustomEditor({
        id: 'thresholds',
        path: 'thresholds',
        name: 'Thresholds',
        description:
          'Lines on the axis, in the unit of the values. One far from the data is named where the axis ends.',
        editor: ThresholdsEditor,
        override: ThresholdsEditor,
        process: thresholdsOverrideProcessor,
        settings: {},
        shouldApply,
        getItemsCount: (value?: ThresholdsConfig) => Math.max(0, (value?.steps.length ?? 0) - 1),
      });
  },
};
