import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldConfigProperty,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  type ThresholdsConfig,
  ThresholdsMode,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

type Item = FieldConfigPropertyItem;

/** The workbench applies field options and has no editors for them: nothing is edited here. */
function NoEditor() {
  return null;
}

function item(id: FieldConfigProperty, name: string, process: Item['process']): Item {
  return {
    id,
    path: id,
    name,
    description: name,
    editor: NoEditor,
    override: NoEditor,
    process,
    shouldApply: () => true,
    settings: {},
  };
}

/** What Grafana gives to every panel whose type has thresholds. */
const thresholds: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};

/** Grafana's own field options, which panels take for granted: unit, bounds, decimals, thresholds and so on. */
export function registerStandardFields(): void {
  const items = [
    item(FieldConfigProperty.Unit, 'Unit', unitOverrideProcessor),
    item(FieldConfigProperty.Min, 'Min', numberOverrideProcessor),
    item(FieldConfigProperty.Max, 'Max', numberOverrideProcessor),
    item(FieldConfigProperty.FieldMinMax, 'Field min and max', booleanOverrideProcessor),
    item(FieldConfigProperty.Decimals, 'Decimals', numberOverrideProcessor),
    item(FieldConfigProperty.DisplayName, 'Display name', displayNameOverrideProcessor),
    item(FieldConfigProperty.NoValue, 'No value', stringOverrideProcessor),
    { ...item(FieldConfigProperty.Thresholds, 'Thresholds', thresholdsOverrideProcessor), defaultValue: thresholds },
    { ...item(FieldConfigProperty.Mappings, 'Value mappings', valueMappingsOverrideProcessor), defaultValue: [] },
    item(FieldConfigProperty.Links, 'Data links', dataLinksOverrideProcessor),
    item(FieldConfigProperty.Color, 'Color', identityOverrideProcessor),
    item(FieldConfigProperty.Filterable, 'Filterable', booleanOverrideProcessor),
  ];
  standardFieldConfigEditorRegistry.setInit(() => items);
  // All that Grafana has: a panel that offers an option with an editor that is not here could not be drawn.
  const editors = [
    'text',
    'number',
    'boolean',
    'select',
    'multi-select',
    'radio',
    'slider',
    'unit',
    'color',
    'fieldColor',
    'thresholds',
    'mappings',
    'links',
    'actions',
    'strings',
    'timezone',
    'stats-picker',
    'field-name',
    'dashboard-uid',
  ];
  standardEditorsRegistry.setInit(() => editors.map((id) => ({ id, name: id, editor: NoEditor })));
}
