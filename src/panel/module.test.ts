import { FieldConfigProperty, type ThresholdsConfig, ThresholdsMode } from '@grafana/data';
import { render } from '@testing-library/react';
import { createElement } from 'react';
import { plugin } from './module';
import { DEFAULT_OPTIONS, withDefaults } from './options';
import { ComparisonPanel } from './render/ComparisonPanel';
import { ThresholdsEditor } from './render/ThresholdsEditor';
import { registerGrafana } from './testing/grafana';

const editor = jest.fn<null, [{ value: unknown }]>(() => null);
beforeAll(() => registerGrafana(editor));

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

test('only the unit is an option that other panels hand on', () => {
  const standard = Object.values<string>(FieldConfigProperty);
  const ids = plugin.fieldConfigRegistry.list().map(({ id }) => id);
  expect(ids.filter((id) => standard.includes(id))).toEqual(['unit']);
  expect(ids.filter((id) => !standard.includes(id)).sort()).toEqual([
    'custom.axisMax',
    'custom.axisMin',
    'custom.decimals',
    'custom.direction',
    'custom.thresholds',
  ]);
});

test('a new panel has no field options of its own', () => {
  const { custom, ...standard } = plugin.fieldConfigDefaults.defaults;
  expect(custom ?? {}).toEqual({});
  expect(standard).toEqual({});
});

const red = { value: 0.25, color: 'red' };
const lowest = { value: -Infinity, color: 'green' };
// JSON writes null for -Infinity.
const stored = JSON.parse(JSON.stringify({ mode: ThresholdsMode.Absolute, steps: [lowest, red] })) as ThresholdsConfig;
test.each<[string, ThresholdsConfig | undefined, string]>([
  ['that are not set', undefined, 'transparent'],
  ['as JSON stores them', stored, 'green'],
  ['with a base of 0', { mode: ThresholdsMode.Absolute, steps: [{ value: 0, color: 'green' }, red] }, 'green'],
])("thresholds %s are edited with Grafana's editor, above a base", (_, value, base) => {
  const props = { value, onChange: jest.fn(), context: { data: [] }, item: { id: '', name: '', settings: {} } };
  render(createElement(ThresholdsEditor, props));
  const steps = [{ value: -Infinity, color: base }, ...(value ? [red] : [])];
  expect(editor.mock.lastCall?.[0].value).toEqual({ mode: ThresholdsMode.Absolute, steps });
});
