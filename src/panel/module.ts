import { PanelPlugin } from '@grafana/data';
import { type ComparisonFieldConfig, fieldOptions } from './fieldOptions';
import { isOutdated, migrate } from './migration';
import { type ComparisonOptions, DEFAULT_OPTIONS } from './options';
import { ComparisonPanel } from './render/ComparisonPanel';
import { suggest } from './suggestions';

/** Options that only the comparison has. */
const showIf = ({ view }: ComparisonOptions) => view !== 'distribution';

/** The comparison panel as Grafana loads it. */
export const plugin = new PanelPlugin<ComparisonOptions, ComparisonFieldConfig>(ComparisonPanel)
  .useFieldConfig(fieldOptions)
  .setMigrationHandler(migrate, ({ fieldConfig }) => isOutdated(fieldConfig))
  .setDataSupport({ annotations: true })
  .setSuggestionsSupplier(suggest)
  .setPanelOptions((builder) => {
    const switches = [
      ['showMainTrack', 'Main track', 'The chosen signal, feature over baseline.'],
      ['showErrorsTrack', 'Errors track', 'The first signal that is a ratio.'],
      ['showTrafficTrack', 'Traffic track', 'Share of the traffic per variant.'],
      [
        'showShading',
        'Shading',
        'Area between baseline and feature: worse red, beyond the margin hatched, better teal.',
      ],
      ['showThresholds', 'Thresholds', 'Lines at the thresholds that are set below, and where the data brings some.'],
      ['showExemplars', 'Traces', 'Marks of single requests that lead to their traces, where the data has exemplars.'],
      ['showChanges', 'Changes', 'Marks where the flag or its allocation changed, and annotations.'],
      ['showLegend', 'Legend', 'Variants and statistics, to switch lines on and off.'],
      ['showTable', 'Table of signals', 'Baseline, feature, difference, interval and verdict of every signal.'],
    ] as const;
    builder.addRadio({
      path: 'view',
      name: 'View',
      description:
        'Comparison: tracks, verdicts and table. Distribution: cumulative shares, shift and heatmaps, from distribution queries of each format.',
      defaultValue: DEFAULT_OPTIONS.view,
      settings: {
        options: [
          { value: 'comparison', label: 'Comparison' },
          { value: 'distribution', label: 'Distribution' },
        ],
      },
    });
    for (const [path, name, description] of switches) {
      builder.addBooleanSwitch({ path, name, description, defaultValue: DEFAULT_OPTIONS[path], showIf });
    }
    builder
      .addTextInput({
        path: 'mainSignal',
        name: 'Main signal',
        description:
          'Id of the signal on the main track or of the distribution. Empty: the one that the verdict in the header is about.',
        defaultValue: DEFAULT_OPTIONS.mainSignal,
        settings: { placeholder: 'latency' },
      })
      .addNumberInput({
        path: 'maxFeatures',
        name: 'Features drawn',
        description: 'With more features than this the rest is listed in the table only.',
        defaultValue: DEFAULT_OPTIONS.maxFeatures,
        settings: { min: 1, max: 10, integer: true },
        showIf,
      });
  });
