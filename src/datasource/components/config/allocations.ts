/** Shares by variant; what counts is their proportion. */
export type Shares = Record<string, number>;

/** Reads shares as people write them: `off=90, on=10`. Undefined where that is no list of shares. */
export function parseShares(text: string): Shares | undefined {
  const shares: Shares = {};
  for (const part of text.split(',')) {
    const match = /^\s*(.+?)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(part);
    const [, variant, share] = match ?? [];
    if (variant === undefined || share === undefined || Object.hasOwn(shares, variant)) {
      return undefined;
    }
    shares[variant] = Number(share);
  }
  return Object.values(shares).some((share) => share > 0) ? shares : undefined;
}

/** Writes shares as parseShares reads them. */
export function formatShares(shares: Shares): string {
  return Object.entries(shares)
    .map(([variant, share]) => `${variant}=${share}`)
    .join(', ');
}
