import {
  type FieldConfigSource,
  type PanelModel,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsMode,
} from '@grafana/data';
import { plugin } from './module';
import { GRAFANA_THRESHOLDS, loaded, registerGrafana } from './testing/grafana';

beforeAll(() => registerGrafana());

function absolute(...steps: Array<[number | null | undefined, string]>): ThresholdsConfig {
  // JSON has no -Infinity, and some versions write 0 or nothing in its place.
  return { mode: ThresholdsMode.Absolute, steps: steps.map(([value, color]) => ({ value, color })) as Threshold[] };
}

const set = absolute([null, 'green'], [0.25, 'red']);

/** A field config as it is stored with the panel, and what becomes of it in Grafana. */
async function migrated(fieldConfig: FieldConfigSource): Promise<FieldConfigSource> {
  const stored = JSON.stringify(fieldConfig);
  const panel: PanelModel = { id: 1, type: 'flaglens-panel', options: { showTable: false }, fieldConfig };
  expect(plugin.shouldMigrate?.(panel)).toBe(true);
  expect(await plugin.onPanelMigration?.(panel)).toEqual({ showTable: false });
  expect(JSON.stringify(fieldConfig)).toBe(stored);
  // What is brought up to date is so for good.
  expect(plugin.shouldMigrate?.(panel)).toBe(false);
  return loaded(plugin, panel.fieldConfig);
}

test.each<[string, ThresholdsConfig]>([
  ['the base without a value', absolute([null, 'green'], [80, 'red'])],
  ['the base left out', absolute([undefined, 'green'], [80, 'red'])],
  ['the base from 0', absolute([0, 'green'], [80, 'red'])],
  ['the base as it is in memory', GRAFANA_THRESHOLDS],
  ["the panel's own default", absolute([null, 'transparent'])],
  ['one colour for all', absolute([null, 'green'])],
])('thresholds that nobody set are dropped: %s', async (_, thresholds) => {
  const { defaults, overrides } = await migrated({
    defaults: { thresholds },
    overrides: [
      { matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'thresholds', value: thresholds }] },
    ],
  });
  expect(defaults.custom ?? {}).toEqual({});
  expect(overrides.flatMap(({ properties }) => properties)).toEqual([]);
});

test.each<[string, ThresholdsConfig]>([
  ['at another value', set],
  ['at 80 in another colour', absolute([null, 'green'], [80, 'orange'])],
  ['at 80 and more', absolute([null, 'green'], [80, 'red'], [90, 'purple'])],
  ['at 80 percent of the axis', { ...GRAFANA_THRESHOLDS, mode: ThresholdsMode.Percentage }],
])('thresholds that were set stay: %s', async (_, thresholds) => {
  const { defaults, overrides } = await migrated({
    defaults: { thresholds },
    overrides: [
      { matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'thresholds', value: thresholds }] },
    ],
  });
  expect(defaults.custom).toEqual({ thresholds });
  expect(overrides[0]?.properties).toEqual([{ id: 'custom.thresholds', value: thresholds }]);
});

test('the ends of the axis and decimals stay, and so does the rest', async () => {
  const { defaults, overrides } = await migrated({
    defaults: { unit: 's', min: 0, max: 2, decimals: 1, custom: { direction: 'lower', decimals: 3 } },
    overrides: [
      {
        matcher: { id: 'byName', options: 'latency' },
        properties: [
          { id: 'unit', value: 'ms' },
          { id: 'max', value: 9 },
          { id: 'min', value: null },
          { id: 'custom.direction', value: 'higher' },
        ],
      },
    ],
  });
  expect(defaults).toEqual({ unit: 's', custom: { direction: 'lower', axisMin: 0, axisMax: 2, decimals: 3 } });
  expect(overrides[0]?.properties).toEqual([
    { id: 'unit', value: 'ms' },
    { id: 'custom.axisMax', value: 9 },
    { id: 'custom.direction', value: 'higher' },
  ]);
});

test('a panel whose type was changed in the JSON takes nothing over', async () => {
  const { defaults, overrides } = await migrated({
    defaults: { unit: 's', thresholds: set, max: 100, custom: { drawStyle: 'line', axisSoftMax: 100 } },
    overrides: [
      {
        matcher: { id: 'byType', options: 'number' },
        properties: [
          { id: 'min', value: 5 },
          { id: 'unit', value: 's' },
        ],
      },
    ],
  });
  expect(defaults).toEqual({ unit: 's' });
  expect(overrides[0]?.properties).toEqual([{ id: 'unit', value: 's' }]);
});

test.each<[string, Partial<FieldConfigSource> | undefined]>([
  ['as it is stored now', { defaults: { custom: { thresholds: set } }, overrides: [] }],
  ['without overrides', { defaults: { unit: 's' } }],
  ['empty', {}],
  ['that is not there', undefined],
])('a field config %s is left alone', async (_, fieldConfig) => {
  // Dashboards that are written by hand leave out what the type requires.
  const panel: PanelModel = {
    id: 1,
    type: 'flaglens-panel',
    options: {},
    fieldConfig: fieldConfig as FieldConfigSource,
  };
  expect(plugin.shouldMigrate?.(panel)).toBe(false);
  await plugin.onPanelMigration?.(panel);
  expect(panel.fieldConfig).toBe(fieldConfig);
});
