import { type FieldConfigSource, ThresholdsMode } from '@grafana/data';
import { pair } from '../testing/frames';
import { lookOf } from './fieldSettings';
import { withoutForeign } from './foreignSettings';

const thresholds = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};
/** The same as a dashboard stores it. */
const kept = { ...thresholds, steps: JSON.parse(JSON.stringify(thresholds.steps)) as typeof thresholds.steps };
const frames = pair({ stat: 'p95' }, [0.18, 0.19], [0.2, 0.21]);
const withConfig = (config: object) =>
  frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => ({ ...field, config: { ...field.config, ...config } })),
  }));

describe('standard options that a panel took over from its former type', () => {
  test.each<[string, FieldConfigSource]>([
    ['for all fields', { defaults: { thresholds: kept, max: 100, decimals: 4 }, overrides: [] }],
    [
      'for some',
      {
        defaults: {},
        overrides: [
          {
            matcher: { id: 'byName', options: 'x' },
            properties: [
              { id: 'thresholds', value: kept },
              { id: 'max', value: 100 },
              { id: 'decimals', value: 4 },
            ],
          },
        ],
      },
    ],
  ])('%s are taken off what Grafana applied them to', (_, config) => {
    const cleaned = withoutForeign(withConfig({ thresholds, max: 100, decimals: 4 }), config);
    for (const { fields } of cleaned) {
      for (const field of fields) {
        expect(field.config).toMatchObject({ thresholds: undefined, max: undefined, decimals: undefined });
      }
    }
  });

  test('leave what the data says itself', () => {
    const own = withConfig({ max: 1, decimals: 2 });
    const cleaned = withoutForeign(own, { defaults: { thresholds, max: 100 }, overrides: [] });
    expect(cleaned).toEqual(own);
  });

  test('are no limits where they are as Grafana gives them to every new panel', () => {
    expect(lookOf({ config: { thresholds } }).thresholds).toBeUndefined();
    const set = {
      ...thresholds,
      steps: [
        { value: -Infinity, color: 'green' },
        { value: 0.3, color: 'red' },
      ],
    };
    expect(lookOf({ config: { thresholds: set } }).thresholds).toBe(set);
  });

  test('cost nothing where there are none', () => {
    expect(withoutForeign(frames, { defaults: { custom: {} }, overrides: [] })).toBe(frames);
  });
});
