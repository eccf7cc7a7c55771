import type { AllocationOptions } from './allocation/options.js';
import type { CommonOptions } from './common/options.js';
import type { EventOptions } from './events/options.js';
import type { LayerOptions } from './layers/options.js';
import type { HookHost } from './openfeature/addHooksOnce.js';
import type { EvaluationOptions } from './openfeature/options.js';
import type { RequestOptions } from './requests/options.js';

/** Options of the whole instrumentation. */
export interface SetupOptions {
  /**
   * Where the hooks are added: `OpenFeature`, or one of its clients. Without it, add `instrumentation.hooks` yourself.
   * Give one of the two alone: hooks that are added to both count twice. An instrumentation that is made again on the same
   * registry, as a framework's bundles and hot reloads do, adds none that are there.
   */
  openFeature?: HookHost;
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
