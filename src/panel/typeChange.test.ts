import { type FieldConfigSource, type ThresholdsConfig, ThresholdsMode } from '@grafana/data';
import { formatValue } from './format/numbers';
import { layoutOf } from './model/layout';
import { errorsSignalOf, mainSignalOf, viewOf } from './model/view';
import { plugin } from './module';
import { DEFAULT_OPTIONS } from './options';
import { buildTracks } from './render/tracks';
import { pair } from './testing/frames';
import { afterTypeChange, GRAFANA_THRESHOLDS, loaded, registerGrafana, withFieldConfig } from './testing/grafana';

beforeAll(() => registerGrafana());

const frames = [
  ...pair({ stat: 'p95' }, [0.18, 0.19, 0.186], [0.2, 0.21, 0.224]),
  ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit' }, [0.01, 0.01, 0.01], [0.02, 0.02, 0.0242]),
];
const untouched: FieldConfigSource = { defaults: {}, overrides: [] };

/** What is drawn and written with a field config, at a size of the panel. */
function shown(fieldConfig: FieldConfigSource, [width, height]: readonly [number, number] = [1400, 700]) {
  const view = viewOf(withFieldConfig(plugin, frames, fieldConfig), DEFAULT_OPTIONS);
  if (!view) {
    throw new Error('The frames have no comparison');
  }
  const main = mainSignalOf(view);
  const errors = errorsSignalOf(view, main);
  const layout = layoutOf(width, height, {
    showMainTrack: true,
    showTable: true,
    errors: true,
    traffic: false,
    notices: false,
    rows: view.rows.length,
    judged: false,
    remark: false,
    changes: false,
  });
  const none = { variants: new Set<string>(), stats: new Set<string>() };
  const tracks = buildTracks(
    { main, errors },
    { view, layout, options: DEFAULT_OPTIONS, looks: new Map(), hidden: none }
  );
  return {
    axes: tracks.map(({ id, scale, thresholds, far }) => ({ id, scale, thresholds, far })),
    numbers: view.rows.map(({ feature, style }) => formatValue(feature, style)),
  };
}

const percentages: ThresholdsConfig = {
  mode: ThresholdsMode.Percentage,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 85, color: 'orange' },
  ],
};
const near: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'transparent' },
    { value: 0.25, color: 'red' },
  ],
};

/** Panels of other types, as Grafana holds them when the type is changed. */
const others: Array<[string, FieldConfigSource]> = [
  ['a new time series', { defaults: { thresholds: GRAFANA_THRESHOLDS, custom: { drawStyle: 'line' } }, overrides: [] }],
  [
    'a time series that was set up',
    {
      defaults: {
        thresholds: near,
        min: -50,
        max: 500,
        decimals: 0,
        displayName: 'all the same',
        custom: { axisSoftMin: 20, axisSoftMax: 900, thresholdsStyle: { mode: 'line' }, thresholds: near },
      },
      overrides: [],
    },
  ],
  [
    'a stat',
    {
      defaults: {
        thresholds: near,
        color: { mode: 'thresholds' },
        mappings: [{ type: 'value', options: { '0.224': { text: 'slow' } } }] as never,
        noValue: 'nothing',
        unit: 'short',
      },
      overrides: [],
    },
  ],
  ['a gauge', { defaults: { thresholds: percentages, min: 0, max: 100, fieldMinMax: true }, overrides: [] }],
  [
    'a table',
    {
      defaults: { thresholds: GRAFANA_THRESHOLDS, custom: { align: 'auto' }, filterable: true },
      overrides: [
        {
          matcher: { id: 'byType', options: 'number' },
          properties: [
            { id: 'thresholds', value: near },
            { id: 'min', value: 10 },
            { id: 'max', value: 20 },
            { id: 'decimals', value: 0 },
            { id: 'displayName', value: 'number' },
            { id: 'links', value: [{ title: 'elsewhere', url: 'http://127.0.0.1' }] },
            { id: 'mappings', value: [] },
            { id: 'custom.width', value: 80 },
          ],
        },
      ],
    },
  ],
  ['a bar chart', { defaults: { thresholds: percentages, max: 0.05, custom: { lineWidth: 1 } }, overrides: [] }],
  ['a state timeline', { defaults: { thresholds: near, color: { mode: 'thresholds' } }, overrides: [] }],
];

describe.each([
  [1400, 700],
  [480, 300],
])('at %p by %p', (width, height) => {
  test.each(others)('%s leaves axes and numbers as they are when its type is changed', (_, before) => {
    expect(shown(afterTypeChange(plugin, before), [width, height])).toEqual(shown(untouched, [width, height]));
  });
});

test('the axis of a panel that was a time series ends just above its lines', () => {
  const [main] = shown(afterTypeChange(plugin, { defaults: { thresholds: GRAFANA_THRESHOLDS }, overrides: [] })).axes;
  expect(main?.scale.max).toBeLessThan(0.3);
});

test('a unit goes on, for data that states none', () => {
  const { defaults } = afterTypeChange(plugin, { defaults: { unit: 'ms' }, overrides: [] });
  expect(defaults.unit).toBe('ms');
  expect(shown({ defaults, overrides: [] }).numbers).toEqual(shown(untouched).numbers);
});

describe('what is set for this panel', () => {
  const custom = { thresholds: near, axisMin: 0.1, axisMax: 0.5, decimals: 0 };
  const latency = { id: 'byFrameRefID', options: 'A' };

  it.each<[string, FieldConfigSource]>([
    ['for all fields', { defaults: { custom }, overrides: [] }],
    [
      'for some fields',
      {
        defaults: {},
        overrides: [
          {
            matcher: latency,
            properties: Object.entries(custom).map(([id, value]) => ({ id: `custom.${id}`, value })),
          },
        ],
      },
    ],
  ])('shapes axes and numbers %s', (_, stored) => {
    frames.forEach((frame) => (frame.refId = 'A'));
    const { axes, numbers } = shown(loaded(plugin, stored));
    expect(axes[0]).toEqual({
      id: 'main',
      scale: { min: 0.1, max: 0.5 },
      thresholds: [{ value: 0.25, color: 'red' }],
      far: [],
    });
    expect(numbers).toEqual(['224 ms', '2%']);
  });

  it('is lost with the type, like the own options of every panel', () => {
    expect(afterTypeChange(plugin, { defaults: { custom }, overrides: [] }).defaults.custom ?? {}).toEqual({});
  });

  it('is seen far away in words, and the lines keep their axis', () => {
    const far = { ...near, steps: [...near.steps, { value: 80, color: 'purple' }, { value: 90, color: 'blue' }] };
    const { axes } = shown(loaded(plugin, { defaults: { custom: { thresholds: far } }, overrides: [] }));
    expect(axes[0]?.scale.max).toBeLessThan(0.3);
    expect(axes[0]?.thresholds).toEqual([{ value: 0.25, color: 'red' }]);
    expect(axes[0]?.far).toEqual([{ end: 'above', text: 'threshold 1.33 mins ↑', color: 'purple' }]);
  });
});

test('thresholds and limits that the data brings itself count', () => {
  const own = frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => ({
      ...field,
      config: { ...field.config, thresholds: near, min: 0.1 },
    })),
  }));
  const view = viewOf(withFieldConfig(plugin, own, loaded(plugin, untouched)), DEFAULT_OPTIONS);
  expect(view?.signals[0]?.primary).toMatchObject({ thresholds: near, min: 0.1 });
});
