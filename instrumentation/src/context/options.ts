/** A flag that the service knows of, so that its series can start at zero before the first request. */
export interface FlagDefinition {
  /** The flag's key, as it is evaluated. */
  key: string;
  /** Its variants, as the provider names them; for flags without named variants, the values as text. */
  variants: readonly string[];
  /** The flag's metadata, if custom dimensions are taken from it: it gives their values before the first evaluation. */
  metadata?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Which flags the metrics are split by: all of them, only those named, or only those that somebody watches at the
 * moment. What is not split is still recorded once in the untagged metrics.
 */
export type CollectionMode = 'all' | 'watched' | { readonly only: readonly string[] };

/** Options of `watch`. */
export interface WatchOptions {
  /** Seconds after which the watch ends by itself; without it only its end function ends it. */
  ttl?: number;
}
