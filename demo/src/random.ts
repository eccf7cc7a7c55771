/** A source of numbers in 0..1, such as Math.random. */
export type Random = () => number;

/** A seeded source (mulberry32), so that tests and simulations repeat themselves. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The source of a service of the demo: seeded from SEED and the service's name, so that two of them never run in step;
 * Math.random without a SEED.
 */
export function randomFromEnvironment(name: string, environment: NodeJS.ProcessEnv = process.env): Random {
  if (environment.SEED === undefined) {
    return Math.random;
  }
  const seed = Number(environment.SEED);
  if (!Number.isInteger(seed)) {
    throw new Error(`SEED must be a whole number, not ${environment.SEED}`);
  }
  return seeded(seed + Array.from(name).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0));
}

/** A lognormal time: half of the values lie below the median, sigma is the deviation of its logarithm. */
export function lognormal(random: Random, median: number, sigma: number): number {
  // Box and Muller (1958); 1 - random() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

/** The number of events in an interval in which `mean` are expected (Knuth; for small means). */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let events = 0;
  for (let product = random(); product > limit; product *= random()) {
    events++;
  }
  return events;
}
