/** Options of the layers below the requests. */
export interface LayerOptions {
  layers?: {
    /** Upper bounds in seconds of the layers' histograms. */
    durationBuckets?: readonly number[];
    /**
     * For a process that serves one variant of a flag alone, such as a canary: flag key to variant. It is exposed as
     * `feature_flag_instance_info`, by which what the process measures of itself (CPU, memory, event loop) can be
     * joined to the variant. It ends for a flag as soon as another variant of it is evaluated here.
     */
    instance?: Readonly<Record<string, string>>;
  };
}

/** Options of `layers.cache`. */
export interface CacheOptions {
  /** Tells a hit by what the look-up gave; everything but undefined and null is one if absent. */
  isHit?: (found: unknown) => boolean;
}

/** Options of `layers.failover`. */
export interface FailoverOptions {
  /** The targets in the order in which they are tried; the first is the primary one. Any other counts as `other`. */
  targets: readonly string[];
}

/** Options of `layers.pool`. The functions are asked at each scrape. */
export interface PoolOptions {
  /** Open connections. */
  size?: () => number;
  /** Open connections that nobody uses. */
  idle?: () => number;
  /** Calls that wait for a connection. */
  waiting?: () => number;
  /** The most connections that the pool opens. */
  max?: () => number;
  /** Tells a time-out from other failures to get a connection; by the error's name, code or message if absent. */
  isTimeout?: (error: unknown) => boolean;
}

/** Options of `layers.strategy`. */
export interface StrategyOptions {
  /** Everything that can be chosen. Any other counts as `other`. */
  strategies: readonly string[];
}

/** Options of `layers.database`. */
export interface DatabaseOptions {
  /** Names of the operations, such as `select_cart`; never their text. Any other counts as `other`. */
  operations: readonly string[];
}

/** Options of `layers.queue`. The functions are asked at each scrape. */
export interface QueueOptions {
  /** Messages that are not taken yet. */
  lag?: () => number;
}

/** Options of processing one message. */
export interface MessageOptions {
  /** When the message was sent, by the sender's clock; a number is unix milliseconds. */
  sentAt?: Date | number;
}
