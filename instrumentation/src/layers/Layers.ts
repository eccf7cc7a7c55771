import type { Registry } from 'prom-client';
import { LAYER_BUCKETS, OTHER } from '../floor/conventions.js';
import type { CommonOptions } from '../common/options.js';
import type { Shared } from '../common/Shared.js';
import { CacheMetrics } from './CacheMetrics.js';
import { DatabaseMetrics } from './DatabaseMetrics.js';
import { FailoverMetrics } from './FailoverMetrics.js';
import { InstanceHook } from './InstanceHook.js';
import { InstanceInfo } from './InstanceInfo.js';
import type { LayerParts } from './LayerParts.js';
import type {
  CacheOptions,
  DatabaseOptions,
  FailoverOptions,
  LayerOptions,
  PoolOptions,
  QueueOptions,
  StrategyOptions,
} from './options.js';
import { PoolMetrics } from './PoolMetrics.js';
import { registerProcessMetrics } from './processMetrics.js';
import { QueueMetrics } from './QueueMetrics.js';
import { RetryMetrics } from './RetryMetrics.js';
import { SectionMetrics } from './SectionMetrics.js';
import { StrategyMetrics } from './StrategyMetrics.js';

/**
 * What lies below the requests: caches, retries, failovers, pools, strategies, databases, queues and the process.
 * Everything is counted once untagged, and once for each flag that the work under way evaluated. Make each part once,
 * at the start of the service, so that its series start at zero; names are brought within `limits.dimensionValues`.
 */
export class Layers {
  /** Hooks that the layers need; empty unless the process was said to serve one variant alone. */
  readonly hooks: readonly InstanceHook[];
  private readonly parts: LayerParts;
  private readonly registry: Registry;

  constructor(options: CommonOptions & LayerOptions, shared: Shared) {
    this.registry = options.registry;
    this.parts = { ...shared, durationBuckets: options.layers?.durationBuckets ?? LAYER_BUCKETS };
    const instance = options.layers?.instance;
    const info =
      instance === undefined
        ? undefined
        : shared.host.run('Layers.instance', () => new InstanceInfo(this.parts, instance));
    this.hooks = info === undefined ? [] : [new InstanceHook(info)];
  }

  /** Hits, misses, failures and evictions of a cache. */
  cache(name: string, options?: CacheOptions): CacheMetrics {
    return new CacheMetrics(this.parts, this.named('cache', name), options);
  }

  /** Attempts of an operation that the application repeats when it fails. */
  retry(operation: string): RetryMetrics {
    return new RetryMetrics(this.parts, this.named('retry', operation));
  }

  /** Which of several targets served a call. */
  failover(name: string, options: FailoverOptions): FailoverMetrics {
    return new FailoverMetrics(this.parts, this.named('failover', name), options);
  }

  /** Connections of a pool, and the waits for them. */
  pool(name: string, options?: PoolOptions): PoolMetrics {
    return new PoolMetrics(this.parts, this.named('pool', name), options);
  }

  /** The strategies that a decision chooses among, usually by a flag. */
  strategy(decision: string, options: StrategyOptions): StrategyMetrics {
    return new StrategyMetrics(this.parts, this.named('decision', decision), options);
  }

  /** The operations on a database. */
  database(name: string, options: DatabaseOptions): DatabaseMetrics {
    return new DatabaseMetrics(this.parts, this.named('database', name), options);
  }

  /** The messages of a queue. */
  queue(name: string, options?: QueueOptions): QueueMetrics {
    return new QueueMetrics(this.parts, this.named('queue', name), options);
  }

  /** Processor time of a synchronous section of code. */
  section(name: string): SectionMetrics {
    return new SectionMetrics(this.parts, this.named('section', name));
  }

  /**
   * Processor time, memory, event loop lag and garbage collection of the process, by prom-client's own collectors; does
   * nothing where the service has them already. They are of the process: `layers.instance` and sections say what can be
   * split by variant. Where another collects them later, such as `collectDefaultMetrics`, they are the other's from then on.
   */
  process(): void {
    this.parts.host.run('Layers.process', () => {
      registerProcessMetrics(this.registry, (message) => this.parts.host.warn(message));
    });
  }

  private named(kind: string, name: string): string {
    return this.parts.host.run('Layers.named', () => this.parts.labels.dimension(`layer ${kind}`, name)) ?? OTHER;
  }
}
