/** How a quantile is called: 0.95 is p95, 0.999 is p99.9. */
export function quantileName(quantile: number): string {
  return `p${Number((quantile * 100).toFixed(6))}`;
}

/**
 * Reads a quantile as people write it: 0.95, p95 or 95%.
 *
 * @returns a number in 0..1, or undefined if the text is none
 */
export function parseQuantile(text: string): number | undefined {
  const match = /^\s*(p?)\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*$/i.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, prefix, digits, percent] = match;
  // Dividing by ten to a power keeps 99.9% at 0.999, where times 0.01 would give 0.9990000000000001.
  const quantile = prefix || percent ? Number((Number(digits) / 100).toPrecision(12)) : Number(digits);
  return quantile >= 0 && quantile <= 1 ? quantile : undefined;
}
