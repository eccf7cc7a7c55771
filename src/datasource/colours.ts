import {
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type Field,
  FieldColorModeId,
  type GrafanaTheme2,
} from '@grafana/data';

import { variantColours } from '../contract/colours';
import { type FlaglensQuery } from './types';

const EXPLORE: string = CoreApp.Explore;

/** Panels that tell series apart by colour. In others it says how a value stands to its thresholds, which are the user's. */
const drawsSeries = ['timeseries', 'trend', 'xychart', 'barchart', 'histogram', 'graph'];

/** Whether who asks draws lines, each of which wants a colour of its own. */
export function wantsColours({
  app,
  panelPluginId,
}: Pick<DataQueryRequest<FlaglensQuery>, 'app' | 'panelPluginId'>): boolean {
  return panelPluginId === undefined ? app === EXPLORE : drawsSeries.includes(panelPluginId);
}

/** How the lines of one variant differ where its colour is the same: p95 and values are solid. */
function lineStyle(stat: string): { fill: 'dash' | 'dot'; dash: number[] } | undefined {
  const percentile = /^p([\d.]+)$/.exec(stat)?.[1];
  if (percentile === undefined) {
    return stat === 'mean' ? { fill: 'dot', dash: [0, 10] } : undefined;
  }
  if (Number(percentile) === 95) {
    return undefined;
  }
  return { fill: 'dash', dash: Number(percentile) > 95 ? [10, 10] : [4, 6] };
}

/**
 * Gives the series of baseline and features the colours that they have in the comparison, unless their fields have one.
 * Differences and ratios are left to the panel. An override of the user's wins over it, as over all that a datasource says.
 */
export function inVariantColours(frames: readonly DataFrame[], theme: Pick<GrafanaTheme2, 'isDark'>): DataFrame[] {
  const { baseline, features } = variantColours(theme);
  const places = new Map<string, string[]>();
  const featureColour = (flag: string, variant: string) => {
    const known = places.get(flag) ?? [];
    places.set(flag, known.includes(variant) ? known : [...known, variant]);
    const place = known.includes(variant) ? known.indexOf(variant) : known.length;
    return features[place % features.length];
  };
  const coloured = (field: Field): Field => {
    const { role, flag = '', variant = '', stat } = field.labels ?? {};
    if ((role !== 'baseline' && role !== 'feature') || stat === undefined || field.config.color !== undefined) {
      return field;
    }
    const custom = { ...(field.config.custom as object), lineStyle: lineStyle(stat) };
    const fixedColor = role === 'baseline' ? baseline : featureColour(flag, variant);
    return { ...field, config: { ...field.config, color: { mode: FieldColorModeId.Fixed, fixedColor }, custom } };
  };
  return frames.map((frame) => ({ ...frame, fields: frame.fields.map(coloured) }));
}
