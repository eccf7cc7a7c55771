import { createHash } from 'node:crypto';
import {
  FlagNotFoundError,
  OpenFeatureEventEmitter,
  TypeMismatchError,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { flags, type DemoFlag } from './flags';

/** Where a user stands among all users of a flag, 0 to 100; the same user always in the same place. */
export function position(flag: string, user: string): number {
  const hash = createHash('sha256').update(`${flag}\0${user}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}

/** Rolls features out to a percentage of the users, by targeting key: who has a feature keeps it while it grows. */
export class AllocationProvider implements Provider {
  readonly metadata = { name: 'demo-allocation' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #percentageOf: (key: string) => number;

  constructor(percentageOf: (key: string) => number) {
    this.#percentageOf = percentageOf;
  }

  resolveBooleanEvaluation(key: string, _: boolean, context: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, 'boolean', context, (flag, variant) => variant === flag.feature);
  }

  resolveStringEvaluation(key: string, _: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, 'string', context, (_flag, variant) => variant);
  }

  resolveNumberEvaluation(key: string): Promise<ResolutionDetails<number>> {
    return Promise.reject(new TypeMismatchError(`${key} is no number`));
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string): Promise<ResolutionDetails<T>> {
    return Promise.reject(new TypeMismatchError(`${key} is no object`));
  }

  #resolve<T>(
    key: string,
    type: DemoFlag['type'],
    context: EvaluationContext,
    valueOf: (flag: DemoFlag, variant: string) => T
  ): Promise<ResolutionDetails<T>> {
    const flag = flags.find((known) => known.key === key);
    if (flag === undefined) {
      return Promise.reject(new FlagNotFoundError(`there is no flag ${key}`));
    }
    if (flag.type !== type) {
      return Promise.reject(new TypeMismatchError(`${key} is a ${flag.type}`));
    }
    const user = context.targetingKey;
    if (user === undefined || user === '') {
      const variant = flag.baseline;
      return Promise.resolve({ value: valueOf(flag, variant), variant, reason: 'DEFAULT' });
    }
    const variant = position(key, user) < this.#percentageOf(key) ? flag.feature : flag.baseline;
    return Promise.resolve({ value: valueOf(flag, variant), variant, reason: 'SPLIT' });
  }
}
