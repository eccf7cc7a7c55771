/**
 * Steps from few to many that stay in order for every kind of colour vision: blue, grey, yellow, of falling blue and
 * rising lightness, after the idea of cividis (Nuñez, Anderton, Renslow 2018).
 */
const STEPS: ReadonlyArray<readonly [number, number, number]> = [
  [18, 28, 58],
  [24, 52, 110],
  [70, 82, 118],
  [112, 112, 118],
  [152, 143, 112],
  [196, 178, 92],
  [246, 220, 76],
];

/** Shares are spread by their square root, so that the thin tail of a distribution is seen as well. */
const MOST = 0.45;

/** The colour of a bucket with this share of its moment's requests; in a light theme few is light. */
export function heatColor(share: number, isDark: boolean): string {
  const strength = Math.min(1, Math.sqrt(Math.max(0, share) / MOST));
  const at = (isDark ? strength : 1 - strength) * (STEPS.length - 1);
  const [low, high] = [STEPS[Math.floor(at)], STEPS[Math.ceil(at)]];
  if (!low || !high) {
    return 'transparent';
  }
  const part = at - Math.floor(at);
  const channels = low.map((value, index) => Math.round(value + part * ((high[index] ?? value) - value)));
  return `rgb(${channels.join(', ')})`;
}
