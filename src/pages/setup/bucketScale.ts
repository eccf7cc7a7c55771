import { type BucketFinding } from '../../contract/contract.gen';

/** A place on the scale, in percent of its width. */
export interface BucketPlaces {
  bounds: number[];
  add: number[];
  /** The bucket that the quantile lies in. */
  from: number;
  to: number;
  value: number;
}

/**
 * Lays the bounds of a histogram out, each as far from the next as every other: bounds grow by factors, and what counts is
 * in which bucket something lies. A value lies inside its bucket as far as it does by its number.
 */
export function bucketPlaces({ bounds, add, lower, upper, value }: BucketFinding): BucketPlaces {
  const known = [...new Set([lower, ...bounds, ...(upper === undefined ? [] : [upper])])].sort((a, b) => a - b);
  const step = 100 / known.length;
  const place = (number: number): number => {
    const above = known.findIndex((bound) => bound >= number);
    if (above === 0) {
      return 0;
    }
    if (above < 0) {
      return 100 - step / 2;
    }
    const [low = 0, high = 0] = [known[above - 1], known[above]];
    return (above - 1 + (number - low) / (high - low)) * step;
  };
  return {
    bounds: known.map(place),
    add: add.map(place),
    from: place(lower),
    to: upper === undefined ? 100 : place(upper),
    value: place(value),
  };
}
