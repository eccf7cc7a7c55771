import type { EvaluationDetails, FlagMetadata, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import type { Counter, Gauge } from 'prom-client';
import { ERROR_CODES, EVALUATION_BUCKETS, LABELS, METRICS } from '../conventions.js';
import { variantLabel } from '../labels/variantLabel.js';
import type { CommonOptions, EvaluationOptions, FlagDefinition } from '../options.js';
import type { SeriesHistogram } from '../SeriesHistogram.js';
import { createShared, type Shared } from '../Shared.js';
import { acceptedDimensions } from './acceptedDimensions.js';

/** Reasons whose series start at zero unless the options say otherwise. */
const USUAL_REASONS = ['TARGETING_MATCH', 'SPLIT', 'STATIC', 'DEFAULT'];

/** What the hook keeps for one evaluation: its beginning in milliseconds, and the labels that it counts as active. */
interface Begun {
  at: number;
  labels: Record<string, string>;
}

const BEGUN = 'begun';

/**
 * OpenFeature's metrics hook on prom-client: evaluations requested (`before`), succeeded with their reason (`after`),
 * failed with a bounded error code (`error`), under way and how long they took (`before` and `finally`).
 *
 * The variant is known in `after` only, so the other metrics carry the flag and the provider alone.
 */
export class MetricsHook implements Hook {
  private readonly requests: Counter;
  private readonly successes: Counter;
  private readonly errors: Counter;
  private readonly active: Gauge;
  private readonly duration: SeriesHistogram;
  private readonly dimensions: ReadonlyArray<readonly [label: string, metadataKey: string]>;
  private readonly shared: Shared;

  /** `shared` lets several parts of one instrumentation have the same limits; the options' own if absent. */
  constructor(
    private readonly options: CommonOptions & EvaluationOptions,
    shared?: Shared
  ) {
    this.shared = shared ?? createShared(options);
    const { metrics, host } = this.shared;
    this.dimensions = acceptedDimensions(options.dimensions ?? {}, (message) => host.warn(message));
    const flagLabels = [LABELS.flag, LABELS.provider];
    this.requests = metrics.counter({
      name: METRICS.evaluationRequests,
      help: 'Feature flag evaluations requested',
      labelNames: flagLabels,
    });
    this.successes = metrics.counter({
      name: METRICS.evaluationSuccesses,
      help: 'Feature flag evaluations that succeeded, by variant and reason',
      labelNames: [...flagLabels, LABELS.variant, LABELS.reason, ...this.dimensions.map(([label]) => label)],
    });
    this.errors = metrics.counter({
      name: METRICS.evaluationErrors,
      help: 'Feature flag evaluations that failed, by OpenFeature error code',
      labelNames: [...flagLabels, LABELS.exception],
    });
    this.active = metrics.gauge({
      name: METRICS.evaluationActive,
      help: 'Feature flag evaluations under way',
      labelNames: flagLabels,
    });
    this.duration = metrics.histogram(
      {
        name: METRICS.evaluationDuration,
        help: 'Time that feature flag evaluations took, hooks included, in seconds',
        labelNames: flagLabels,
      },
      options.evaluationBuckets ?? EVALUATION_BUCKETS
    );
    this.registerFlags(options.flags ?? []);
  }

  /** Starts the flags' series at zero, if the provider's name is known. */
  registerFlags(flags: readonly FlagDefinition[]): void {
    this.shared.host.run('MetricsHook.registerFlags', () => {
      for (const definition of flags) {
        this.initialise(definition);
      }
    });
  }

  before(context: HookContext): void {
    this.shared.host.run('MetricsHook.before', () => {
      const labels = this.flagLabels(context);
      this.requests.inc(labels);
      this.active.inc(labels);
      context.hookData.set(BEGUN, { at: performance.now(), labels } satisfies Begun);
    });
  }

  after(context: HookContext, details: EvaluationDetails<FlagValue>): void {
    this.shared.host.run('MetricsHook.after', () => {
      const labels = this.flagLabels(context);
      this.successes.inc({
        ...labels,
        [LABELS.variant]: this.shared.labels.variant(labels[LABELS.flag], variantLabel(details)),
        [LABELS.reason]: this.shared.labels.reason(details.reason ?? 'UNKNOWN'),
        ...this.dimensionLabels(details.flagMetadata),
      });
    });
  }

  error(context: HookContext, error: unknown): void {
    this.shared.host.run('MetricsHook.error', () => {
      this.errors.inc({ ...this.flagLabels(context), [LABELS.exception]: this.shared.labels.errorCode(error) });
    });
  }

  finally(context: HookContext): void {
    this.shared.host.run('MetricsHook.finally', () => {
      const begun = context.hookData.get(BEGUN) as Begun | undefined;
      // A hook that threw in `before` ahead of ours brings us here without our `before` having run.
      if (begun === undefined) {
        return;
      }
      context.hookData.delete(BEGUN);
      this.active.dec(begun.labels);
      this.duration.observe(begun.labels, (performance.now() - begun.at) / 1000);
    });
  }

  private initialise(definition: FlagDefinition): void {
    const { labels } = this.shared;
    const { flag, variants } = labels.register(definition);
    if (this.options.providerName === undefined) {
      return;
    }
    const own = { [LABELS.flag]: flag, [LABELS.provider]: labels.provider(this.options.providerName) };
    this.requests.inc(own, 0);
    this.active.inc(own, 0);
    this.duration.zero(own);
    for (const code of ERROR_CODES) {
      this.errors.inc({ ...own, [LABELS.exception]: code }, 0);
    }
    // Without the metadata the dimensions' values are unknown, and series with others would never count anything.
    if (this.dimensions.length > 0 && definition.metadata === undefined) {
      return;
    }
    for (const variant of variants) {
      for (const reason of this.options.reasons ?? USUAL_REASONS) {
        this.successes.inc(
          {
            ...own,
            [LABELS.variant]: variant,
            [LABELS.reason]: labels.reason(reason),
            ...this.dimensionLabels(definition.metadata ?? {}),
          },
          0
        );
      }
    }
  }

  private flagLabels(context: HookContext): { feature_flag_key: string; feature_flag_provider_name: string } {
    return {
      [LABELS.flag]: this.shared.labels.flag(context.flagKey),
      [LABELS.provider]: this.shared.labels.provider(context.providerMetadata.name),
    };
  }

  private dimensionLabels(metadata: FlagMetadata): Record<string, string> {
    const entries = this.dimensions.map(([label, key]) => {
      const value = metadata[key];
      // An empty value is a label that Prometheus leaves out: this flag does not have the dimension.
      return [label, value === undefined ? '' : this.shared.labels.dimension(label, String(value))];
    });
    return Object.fromEntries(entries) as Record<string, string>;
  }
}
