import type { Hook } from '@openfeature/server-sdk';
import type { AllocationOptions } from './allocation/options.js';
import type { CommonOptions } from './common/options.js';
import type { EventOptions } from './events/options.js';
import type { LayerOptions } from './layers/options.js';
import type { EvaluationOptions } from './openfeature/options.js';
import type { RequestOptions } from './requests/options.js';

/** Options of the whole instrumentation. */
export interface SetupOptions {
  /**
   * Where the hooks are added: `OpenFeature`, or one of its clients. Without it, add `instrumentation.hooks` yourself.
   * Give one of the two alone: hooks that are added twice count twice.
   */
  openFeature?: { addHooks(...hooks: Hook[]): unknown };
}

/** Options of {@link createInstrumentation}. */
export type InstrumentationOptions = SetupOptions &
  CommonOptions &
  EvaluationOptions &
  RequestOptions &
  AllocationOptions &
  LayerOptions & {
    /** Product and business events: what may be tracked, and how. */
    events?: EventOptions;
  };
