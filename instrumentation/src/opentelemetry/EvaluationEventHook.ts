import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { boundedText } from '../labels/boundedText.js';
import { EvaluationState } from '../openfeature/EvaluationState.js';
import { hasFailed } from '../openfeature/hasFailed.js';
import { fitsOtlp } from './fitsOtlp.js';
import { guarded } from './guarded.js';
import { ATTRIBUTES, EVALUATION_EVENT } from './names.js';
import { tracer } from './traced.js';

/** What an event holds only if it is asked for, since it may say who was served what. */
export type SensitiveAttribute = 'value' | 'contextId' | 'errorMessage';

/** Options of {@link EvaluationEventHook}. */
export interface EvaluationEventOptions {
  /** The evaluated value, the targeting key and error messages are left out unless they are named here. */
  include?: readonly SensitiveAttribute[];
  /** A span `select variant` of its own for each evaluation, around the provider and the hooks; none if absent. */
  evaluationSpans?: boolean;
  /** Events on one span; 64 if absent. What is evaluated beyond is not noted. */
  eventsPerSpan?: number;
  /** Characters of one attribute; 256 if absent. Longer texts are cut. */
  valueLength?: number;
}

/**
 * Notes each evaluation as an event `feature_flag.evaluation` on the span during which it occurred, after OpenTelemetry's
 * semantic conventions for feature flags. Outside of a span it does nothing.
 */
export class EvaluationEventHook implements Hook {
  private readonly counts = new WeakMap<Span, number>();
  private readonly spans = new EvaluationState<Span>('flaglens.span');
  private readonly include: ReadonlySet<SensitiveAttribute>;
  private readonly eventsPerSpan: number;
  private readonly valueLength: number;

  constructor(private readonly options: EvaluationEventOptions = {}) {
    this.include = new Set(options.include);
    this.eventsPerSpan = options.eventsPerSpan ?? 64;
    this.valueLength = options.valueLength ?? 256;
  }

  before(context: HookContext): void {
    if (this.options.evaluationSpans !== true) {
      return;
    }
    guarded('EvaluationEventHook.before', () => {
      // Only within a trace: evaluations of the service's own start-up and jobs would each begin one.
      if (trace.getActiveSpan()?.isRecording() === true) {
        this.spans.put(context, tracer().startSpan('select variant'));
      }
    });
  }

  finally(context: HookContext, details: EvaluationDetails<FlagValue>): void {
    guarded('EvaluationEventHook.finally', () => {
      const own = this.spans.take(context);
      const span = own ?? trace.getActiveSpan();
      if (span?.isRecording() !== true) {
        return;
      }
      try {
        const count = this.counts.get(span) ?? 0;
        if (count < this.eventsPerSpan) {
          this.counts.set(span, count + 1);
          const attributes = this.attributes(context, details);
          span.addEvent(EVALUATION_EVENT, attributes);
          own?.setAttributes(attributes);
        }
        if (hasFailed(details)) {
          own?.setStatus({ code: SpanStatusCode.ERROR });
        }
      } finally {
        own?.end();
      }
    });
  }

  private attributes(context: HookContext, details: EvaluationDetails<FlagValue>): Attributes {
    const attributes: Attributes = {
      [ATTRIBUTES.flagKey]: this.cut(context.flagKey),
      [ATTRIBUTES.provider]: this.cut(context.providerMetadata.name),
      [ATTRIBUTES.reason]: this.cut(details.reason ?? 'UNKNOWN').toLowerCase(),
    };
    // Whatever the type says: providers hand on numbers, and null where there is none.
    const variant: unknown = details.variant;
    if (variant !== undefined && variant !== null && variant !== '') {
      attributes[ATTRIBUTES.variant] = this.cut(variant);
    }
    if (hasFailed(details)) {
      attributes[ATTRIBUTES.errorType] = this.cut(errorType(details)).toLowerCase();
      if (this.include.has('errorMessage') && details.errorMessage !== undefined) {
        attributes[ATTRIBUTES.errorMessage] = this.cut(details.errorMessage);
      }
    }
    if (this.include.has('value')) {
      const { value } = details;
      attributes[ATTRIBUTES.value] =
        typeof value === 'boolean' || (typeof value === 'number' && fitsOtlp(value)) ? value : this.cut(value);
    }
    if (this.include.has('contextId') && context.context.targetingKey !== undefined) {
      attributes[ATTRIBUTES.contextId] = this.cut(context.context.targetingKey);
    }
    return attributes;
  }

  /** Whatever the types say: providers and contexts also have numbers where text should be. */
  private cut(value: unknown): string {
    return boundedText(value).slice(0, this.valueLength);
  }
}

function errorType({ errorCode }: EvaluationDetails<FlagValue>): string {
  const code: string = errorCode ?? '';
  return code === '' ? 'GENERAL' : code;
}
