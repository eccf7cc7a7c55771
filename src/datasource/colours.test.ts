import { CoreApp, type DataFrame, FieldType, toDataFrame } from '@grafana/data';

import { inVariantColours, wantsColours } from './colours';

function series(role: string, variant: string, stat = 'p95', config = {}, flag = 'checkout-v2'): DataFrame {
  return toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [1] },
      {
        name: 'Value',
        type: FieldType.number,
        values: [1],
        labels: { flag, role, variant, stat, signal: 's' },
        config,
      },
    ],
  });
}

/** What the value field of each frame says of its colour. */
function colours(frames: DataFrame[], isDark = true): unknown[] {
  return inVariantColours(frames, { isDark }).map(({ fields }) => fields[1]?.config.color?.fixedColor ?? null);
}

describe('the colours of lines', () => {
  it.each([
    [true, ['#8da7d1', '#ff9830', '#e58fd0', '#ff9830']],
    [false, ['#4d6ca0', '#b95005', '#a8327f', '#b95005']],
  ])('are those of the variants, each always the same (dark: %s)', (isDark, wanted) => {
    const frames = [
      series('baseline', 'off'),
      series('feature', 'on'),
      series('feature', 'next'),
      series('feature', 'on'),
    ];
    expect(colours(frames, isDark)).toEqual(wanted);
  });

  it('begin anew with each flag, and after the last', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((variant) => series('feature', variant));
    expect(colours([...six, series('feature', 'on', 'p95', {}, 'other')])).toEqual([
      ...['#ff9830', '#e58fd0', '#b8c94a', '#5cc8e0', '#d6b48c'],
      '#ff9830',
      '#ff9830',
    ]);
  });

  it.each([
    ['a difference', series('difference', 'on')],
    ['a ratio', series('ratio', 'on')],
    ['another datasource', toDataFrame({ fields: [{ name: 'Value', values: [1], labels: { role: 'baseline' } }] })],
  ])('are left to the panel of %s', (_, frame) => {
    const [field] = inVariantColours([frame], { isDark: true })[0]?.fields.slice(-1) ?? [];
    expect(field?.config.color).toBeUndefined();
  });

  it('never replace one that the field has', () => {
    expect(colours([series('feature', 'on', 'p95', { color: { mode: 'fixed', fixedColor: 'red' } })])).toEqual(['red']);
  });

  it('leave the rest of the config and the frames that were given as they are', () => {
    const given = series('feature', 'on', 'p99', { unit: 's', custom: { direction: 'lower' } });
    const [frame] = inVariantColours([given], { isDark: true });
    expect(frame?.fields[1]?.config).toMatchObject({ unit: 's', custom: { direction: 'lower' } });
    expect(given.fields[1]?.config.color).toBeUndefined();
  });

  it.each([
    ['p95', undefined],
    ['ratio', undefined],
    ['p50', { fill: 'dash', dash: [4, 6] }],
    ['p99', { fill: 'dash', dash: [10, 10] }],
    ['p99.9', { fill: 'dash', dash: [10, 10] }],
    ['mean', { fill: 'dot', dash: [0, 10] }],
  ])('go with a line by which %s differs', (stat, wanted) => {
    const custom = inVariantColours([series('feature', 'on', stat)], { isDark: true })[0]?.fields[1]?.config.custom as
      { lineStyle?: unknown } | undefined;
    expect(custom?.lineStyle).toEqual(wanted);
  });

  it.each<[string | undefined, string, boolean]>([
    ['timeseries', CoreApp.Dashboard, true],
    ['barchart', CoreApp.PanelEditor, true],
    [undefined, CoreApp.Explore, true],
    ['stat', CoreApp.Dashboard, false],
    ['gauge', CoreApp.Dashboard, false],
    ['table', CoreApp.PanelEditor, false],
    ['flaglens-panel', CoreApp.Dashboard, false],
    [undefined, CoreApp.Dashboard, false],
    [undefined, CoreApp.UnifiedAlerting, false],
  ])('are wanted by %s in %s: %s', (panelPluginId, app, wanted) => {
    expect(wantsColours({ panelPluginId, app })).toBe(wanted);
  });
});
