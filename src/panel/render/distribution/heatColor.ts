import { range, scaleLinear, scaleSqrt } from 'd3';

/**
 * Steps from few to many that stay in order for every kind of colour vision: blue, grey, yellow, of falling blue and
 * rising lightness, after the idea of cividis (Nuñez, Anderton, Renslow 2018).
 */
const STEPS = [
  'rgb(18, 28, 58)',
  'rgb(24, 52, 110)',
  'rgb(70, 82, 118)',
  'rgb(112, 112, 118)',
  'rgb(152, 143, 112)',
  'rgb(196, 178, 92)',
  'rgb(246, 220, 76)',
];

/** Shares are spread by their square root, so that the thin tail of a distribution is seen as well. */
const MOST = 0.45;
const strengthOf = scaleSqrt([0, MOST], [0, STEPS.length - 1]).clamp(true);
const colorOf = scaleLinear(range(STEPS.length), STEPS);

/** The colour of a bucket with this share of its moment's requests; in a light theme few is light. */
export function heatColor(share: number, isDark: boolean): string {
  const strength = strengthOf(share);
  return colorOf(isDark ? strength : STEPS.length - 1 - strength);
}
