/** @jest-environment jsdom */
import { PanelPlugin, type PanelPluginMeta } from '@grafana/data';

import { registerStandardFields } from '../host/standardFields';
import { changeType, loadPanel, newPanel, type TypedPanel } from './panelType';

beforeAll(registerStandardFields);

/** A panel that has two standard options and one of its own. */
function plugin(): PanelPlugin {
  const made = new PanelPlugin(null).useFieldConfig({
    disableStandardOptions: Object.keys(newPanel().fieldConfig?.defaults ?? {}).filter((id) => id !== 'unit') as never,
    useCustomConfig: (builder) => builder.addNumberInput({ path: 'own', name: 'Own' }),
  });
  made.meta = { id: 'own-panel', info: { version: '2.0.0' } } as PanelPluginMeta;
  return made.setPanelOptions((builder) =>
    builder.addTextInput({ path: 'text', name: 'Text', defaultValue: 'default' })
  );
}

test("a new panel is a time series with Grafana's threshold", () => {
  const { type, fieldConfig } = newPanel();
  expect(type).toBe('timeseries');
  expect(fieldConfig?.defaults?.thresholds?.steps.at(-1)).toEqual({ value: 80, color: 'red' });
});

test('a change of type keeps standard options that the new type has, and nothing else', () => {
  const before = {
    ...newPanel(),
    options: { old: 1 },
    fieldConfig: {
      defaults: { ...newPanel().fieldConfig?.defaults, unit: 's', custom: { own: 3, lineWidth: 2 } },
      overrides: [
        {
          matcher: { id: 'byName', options: 'a' },
          properties: [
            { id: 'unit', value: 'ms' },
            { id: 'custom.own', value: 1 },
            { id: 'thresholds', value: {} },
          ],
        },
      ],
    },
  };
  const after = changeType(before, 'own-panel', plugin());
  expect(after).toMatchObject({ type: 'own-panel', options: { text: 'default' } });
  expect(after.fieldConfig.defaults).toEqual({ unit: 's' });
  expect(after.fieldConfig.overrides[0]?.properties).toEqual([{ id: 'unit', value: 'ms' }]);
});

test('a plugin is asked at a change of type, and may change the new panel', () => {
  const asked = jest.fn(({ fieldConfig }: { fieldConfig: { defaults: { unit?: string } } }) => {
    fieldConfig.defaults.unit = 'h';
    return { text: 'kept' };
  });
  const after = changeType({ ...newPanel(), options: { old: 1 } }, 'own-panel', plugin().setPanelChangeHandler(asked));
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({ type: 'own-panel' }),
    'timeseries',
    { old: 1 },
    expect.anything()
  );
  expect(after).toMatchObject({ options: { text: 'kept' }, fieldConfig: { defaults: { unit: 'h' } } });
});

test.each([
  ['1.9.0', false, 1],
  [undefined, false, 1],
  ['2.0.0', false, 0],
  ['2.0.0', true, 1],
])(
  'a panel stored by version %p that should be migrated: %p, is migrated %p times',
  async (pluginVersion, should, times) => {
    const migrate = jest.fn(() => ({ text: 'migrated' }));
    const stored: TypedPanel = { type: 'own-panel', ...(pluginVersion === undefined ? {} : { pluginVersion }) };
    const panel = await loadPanel(
      stored,
      plugin().setMigrationHandler(migrate, () => should)
    );
    expect(migrate).toHaveBeenCalledTimes(times);
    expect(panel.options).toEqual({ text: times > 0 ? 'migrated' : 'default' });
  }
);
