import { type FieldConfigOptionsRegistry, PanelPlugin } from '@grafana/data';

let registry: FieldConfigOptionsRegistry | undefined;

/** The field options of Grafana's own table that our dashboards set, beside those that every panel has. */
export function tableFields(): FieldConfigOptionsRegistry {
  registry ??= new PanelPlugin(null).useFieldConfig({
    useCustomConfig: (builder) =>
      builder
        .addBooleanSwitch({ path: 'hidden', name: 'Hide in table', defaultValue: false })
        .addNumberInput({ path: 'width', name: 'Column width' }),
  }).fieldConfigRegistry;
  return registry;
}
