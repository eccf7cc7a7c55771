import type { EvaluationDetails, FlagMetadata, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { ERROR_CODES } from '../floor/conventions.js';
import { secondsSince } from '../floor/clock.js';
import type { HostGuard } from '../floor/HostGuard.js';
import type { LabelGuard } from '../labels/LabelGuard.js';
import { variantLabel } from '../labels/variantLabel.js';
import type { EvaluationOptions } from './options.js';
import type { FlagDefinition } from '../context/options.js';
import type { Dimension } from './acceptedDimensions.js';
import type { EvaluatedFlag, EvaluationRecorder } from './EvaluationRecorder.js';
import { EvaluationClaims } from './EvaluationClaims.js';
import { EvaluationState } from './EvaluationState.js';

/** Reasons whose series start at zero unless the options say otherwise. */
const USUAL_REASONS = ['TARGETING_MATCH', 'SPLIT', 'STATIC', 'DEFAULT'];

/** What is kept for one evaluation: its beginning in milliseconds, and what it counts as active. */
interface Begun {
  at: number;
  of: EvaluatedFlag;
}

/** What the stages need beside their options. */
export interface StageParts {
  /** For messages: what failed. */
  name: string;
  recorder: EvaluationRecorder;
  dimensions: readonly Dimension[];
  labels: LabelGuard;
  host: HostGuard;
  /** Where it is recorded, a metric or the meter: hooks on one of them count each evaluation once. */
  target: object;
}

/**
 * The stages of OpenFeature's metrics hook (OFEP "Hook for metrics", approved), whatever they are recorded with: requested
 * in `before`, succeeded in `after`, failed in `error`, under way from `before` to `finally`, and how long that took.
 *
 * The variant is known in `after` only, so the other metrics carry the flag and the provider alone.
 */
export class EvaluationStages implements Hook {
  private readonly begun = new EvaluationState<Begun>('begun');
  private readonly claims: EvaluationClaims;
  private readonly registered = new Map<string, FlagDefinition>();
  /** Of the series at zero; unknown until the provider is ready. */
  private provider: string | undefined;

  constructor(
    private readonly settings: EvaluationOptions,
    private readonly parts: StageParts
  ) {
    this.provider = settings.providerName;
    this.claims = new EvaluationClaims(parts.target, this);
    this.registerFlags(settings.flags ?? []);
  }

  /** Starts the flags' series at zero, if the provider's name is known. */
  registerFlags(flags: readonly FlagDefinition[]): void {
    this.guarded('registerFlags', () => {
      for (const definition of flags) {
        this.registered.set(definition.key, definition);
        this.initialise(definition);
      }
    });
  }

  /** Takes the name of the provider from itself, unless the options give it: the series of all flags start at zero. */
  providedBy(name: string): void {
    if (this.settings.providerName === undefined && name !== this.provider) {
      this.provider = name;
      this.registerFlags([...this.registered.values()]);
    }
  }

  before(context: HookContext): void {
    this.counted('before', context, () => {
      const { recorder } = this.parts;
      const of = this.evaluated(context);
      recorder.request(of, 1);
      recorder.active(of, 1);
      this.begun.put(context, { at: performance.now(), of });
    });
  }

  after(context: HookContext, details: EvaluationDetails<FlagValue>): void {
    this.counted('after', context, () => {
      const { labels, recorder } = this.parts;
      const of = this.evaluated(context);
      const result = {
        variant: labels.variant(of.flag, variantLabel(details)),
        reason: labels.reason(details.reason ?? 'UNKNOWN'),
        dimensions: this.dimensionValues(details.flagMetadata),
      };
      recorder.success(of, result, 1);
    });
  }

  error(context: HookContext, error: unknown): void {
    this.counted('error', context, () => {
      this.parts.recorder.error(this.evaluated(context), this.parts.labels.exception(error), 1);
    });
  }

  finally(context: HookContext): void {
    this.guarded('finally', () => {
      const begun = this.begun.take(context);
      // A hook that threw in `before` ahead of ours brings us here without our `before` having run.
      if (begun !== undefined) {
        this.parts.recorder.active(begun.of, -1);
        this.parts.recorder.duration(begun.of, secondsSince(begun.at));
      }
    });
  }

  private initialise(definition: FlagDefinition): void {
    const { labels, recorder, dimensions } = this.parts;
    const { flag, variants } = labels.register(definition);
    if (this.provider === undefined) {
      return;
    }
    const of = { flag, provider: labels.provider(this.provider) };
    recorder.request(of, 0);
    recorder.active(of, 0);
    recorder.duration(of, undefined);
    for (const code of ERROR_CODES) {
      recorder.error(of, code, 0);
    }
    // Without the metadata the dimensions' values are unknown, and series with others would never count anything.
    if (dimensions.length > 0 && definition.metadata === undefined) {
      return;
    }
    for (const variant of variants) {
      for (const raw of this.settings.reasons ?? USUAL_REASONS) {
        const reason = labels.reason(raw);
        recorder.success(of, { variant, reason, dimensions: this.dimensionValues(definition.metadata ?? {}) }, 0);
      }
    }
  }

  private evaluated(context: HookContext): EvaluatedFlag {
    const { labels } = this.parts;
    const { name } = context.providerMetadata;
    if (name !== this.provider && this.settings.providerName !== undefined && this.registered.has(context.flagKey)) {
      this.parts.host.warn(
        `flaglens: providerName is "${labels.provider(this.settings.providerName)}", and flags are evaluated by "${labels.provider(name)}": the series that start at zero are those of a provider that does not serve them. Leave providerName out, or name the provider as its metadata does`
      );
    }
    return { flag: labels.flag(context.flagKey), provider: labels.provider(name) };
  }

  /** `metadata` is missing in what providers of older SDKs resolve. */
  private dimensionValues(metadata: FlagMetadata | undefined): string[] {
    return this.parts.dimensions.map(({ name, metadataKey }) => {
      const value = metadata?.[metadataKey];
      return value === undefined ? '' : this.parts.labels.dimension(name, String(value));
    });
  }

  private counted(stage: string, context: HookContext, action: () => void): void {
    this.guarded(stage, () => {
      if (this.claims.has(context)) {
        action();
      }
    });
  }

  private guarded(stage: string, action: () => void): void {
    this.parts.host.run(`${this.parts.name}.${stage}`, action);
  }
}
