import { type GrafanaTheme2 } from '@grafana/data';

import { variantColours } from '../../../contract/colours';
import { type Arm, type State } from '../../../contract/constants.gen';

/** Shapes that tell lines of further features apart where colour does not. */
export type Marker = 'none' | 'square' | 'triangle' | 'diamond' | 'circle';

/** How one variant looks, wherever it appears. */
export interface VariantLook {
  color: string;
  /** The feature stands out, the baseline stays back. */
  role: Arm;
  marker: Marker;
}

/** How each variant looks, by name. */
export type Looks = ReadonlyMap<string, VariantLook>;

/** The panel's own colours; everything else comes from Grafana's theme. */
export interface Tokens {
  baseline: string;
  features: readonly string[];
  worse: string;
  worseText: string;
  better: string;
  betterText: string;
  warning: string;
  within: string;
  inconclusive: string;
  /** Changes of the flag and its allocation, and what is observational. */
  change: string;
  muted: string;
  grid: string;
}

const DARK: Omit<Tokens, 'muted' | 'grid' | 'baseline' | 'features'> = {
  worse: '#f2495c',
  worseText: '#ff95a0',
  better: '#33c7b3',
  betterText: '#5fd8c7',
  warning: '#ff9830',
  within: '#73bf69',
  inconclusive: '#f2cc0c',
  change: '#b99be8',
};

const LIGHT: Omit<Tokens, 'muted' | 'grid' | 'baseline' | 'features'> = {
  worse: '#e02f44',
  worseText: '#c4162a',
  better: '#0b8f80',
  betterText: '#08756a',
  warning: '#b95005',
  within: '#27803a',
  inconclusive: '#8f6a00',
  change: '#7a4fc0',
};

const MARKERS: Marker[] = ['none', 'square', 'triangle', 'diamond', 'circle'];

/** The panel's colours in a theme. */
export function tokensOf(theme: GrafanaTheme2): Tokens {
  return {
    ...(theme.isDark ? DARK : LIGHT),
    ...variantColours(theme),
    muted: theme.colors.text.secondary,
    grid: theme.isDark ? 'rgba(204, 204, 220, 0.07)' : 'rgba(36, 41, 46, 0.08)',
  };
}

/** The colour of a verdict. Its shape and its word say the same. */
export function stateColor(state: State, tokens: Tokens): string {
  switch (state) {
    case 'regressed':
      return tokens.worse;
    case 'improved':
      return tokens.better;
    case 'within margin':
      return tokens.within;
    case 'inconclusive':
      return tokens.inconclusive;
    case 'withheld':
      return tokens.warning;
    case 'insufficient data':
    case 'not read':
    case 'no data':
      return tokens.muted;
  }
}

/** The look of each variant by name: the baseline, then the features in order. */
export function looksOf(baseline: string | null, features: readonly string[], tokens: Tokens): Looks {
  const looks = new Map<string, VariantLook>();
  features.forEach((variant, index) => {
    looks.set(variant, {
      color: tokens.features[index % tokens.features.length] ?? tokens.baseline,
      role: 'feature',
      marker: MARKERS[index % MARKERS.length] ?? 'none',
    });
  });
  if (baseline !== null) {
    looks.set(baseline, { color: tokens.baseline, role: 'baseline', marker: 'none' });
  }
  return looks;
}
