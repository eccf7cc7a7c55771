import type { Registry } from 'prom-client';
import type { CollectionMode } from '../context/options.js';
import type { Limits } from '../labels/options.js';
import type { ExemplarSource } from '../metrics/Exemplar.js';
import type { Tracing } from './Tracing.js';

/** What every part of the library takes. */
export interface CommonOptions {
  /** Where the metrics are registered. */
  registry: Registry;
  limits?: Limits;
  /** Which flags the metrics are split by; `'all'` if absent. Evaluations themselves are counted for every flag. */
  collection?: CollectionMode;
  /**
   * Asked for the labels of an exemplar, such as `trace_id` and `span_id`, at each observation of a split histogram.
   * Its names and values together have at most 128 characters. `tracing` brings one along.
   */
  exemplar?: ExemplarSource;
  /** Called with each misuse, such as a metric name that is taken; `process.emitWarning` if absent. */
  onWarning?: (message: string) => void;
  /** Makes spans of requests and span events of evaluations; nothing is traced if absent. */
  tracing?: Tracing;
}
