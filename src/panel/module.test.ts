import {
  FieldConfigProperty,
  type FieldConfigPropertyItem,
  type StandardEditorsRegistryItem,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
} from '@grafana/data';
import { plugin } from './module';
import { DEFAULT_OPTIONS, withDefaults } from './options';
import { ComparisonPanel } from './render/ComparisonPanel';

// Grafana registers its editors when it starts; their looks are of no matter here.
beforeAll(() => {
  const editor = () => null;
  standardEditorsRegistry.setInit(() =>
    ['boolean', 'text', 'number', 'select', 'radio'].map((id): StandardEditorsRegistryItem => ({
      id,
      name: id,
      editor,
    }))
  );
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.values(FieldConfigProperty).map((id): FieldConfigPropertyItem => ({
      id,
      path: id,
      name: id,
      editor,
      override: editor,
      process: (value: unknown) => value,
      shouldApply: () => true,
    }))
  );
});

test('the module exports the panel', () => {
  expect(plugin.panel).toBe(ComparisonPanel);
});

test('a new panel has the default options', () => {
  expect(plugin.defaults).toEqual(DEFAULT_OPTIONS);
});

test('options that a dashboard does not have yet get their defaults', () => {
  expect(withDefaults({ showTable: false })).toEqual({ ...DEFAULT_OPTIONS, showTable: false });
  expect(withDefaults(undefined)).toEqual(DEFAULT_OPTIONS);
});

test.each([
  FieldConfigProperty.Unit,
  FieldConfigProperty.Decimals,
  FieldConfigProperty.Min,
  FieldConfigProperty.Max,
  FieldConfigProperty.Thresholds,
  'custom.direction',
])('%s can be set for a field', (id) => {
  expect(plugin.fieldConfigRegistry.getIfExists(id)).toBeDefined();
});

test('a new panel draws no threshold and leaves the direction to the datasource', () => {
  const { thresholds, custom } = plugin.fieldConfigDefaults.defaults;
  expect(thresholds?.steps.map(({ color }) => color)).toEqual(['transparent']);
  expect(custom ?? {}).toEqual({});
});
