/** The colours by which variants are known, wherever they are drawn. */
interface VariantColours {
  baseline: string;
  /** By the place among the features; after the last they begin again. */
  features: readonly [string, ...string[]];
}

const DARK: VariantColours = {
  baseline: '#8da7d1',
  features: ['#ff9830', '#e58fd0', '#b8c94a', '#5cc8e0', '#d6b48c'],
};

const LIGHT: VariantColours = {
  baseline: '#4d6ca0',
  features: ['#b95005', '#a8327f', '#5f7410', '#0e7490', '#86591f'],
};

/** The colours of variants in a theme. */
export function variantColours({ isDark }: { isDark: boolean }): VariantColours {
  return isDark ? DARK : LIGHT;
}
