import type { EventOptions, InstrumentationOptions } from '@flaglens/instrumentation';
import {
  TypedInMemoryProvider,
  type Hook,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { Registry } from 'prom-client';

/** One thing that is wrong with a service. */
export interface Fault {
  provider: () => Provider;
  registry?: () => Registry;
  options?: Partial<InstrumentationOptions>;
  /** The hooks of the client, given those of the instrumentation. */
  hooks?: (own: Hook[]) => Hook[];
  /** Begins what goes on while the service works. */
  meanwhile?: (registry: Registry) => void;
}

/** The events of every service; the schema of one throws. */
export const EVENTS: EventOptions = {
  definitions: {
    item_added: {
      browser: true,
      labels: { item: ['book', 'pen'] },
      values: { count: { metric: 'counter', unit: 'items' } },
    },
    order_paid: { kind: 'revenue', amount: 'amount', currency: 'currency', currencies: ['EUR'], conversion: 'once' },
    page_seen: {
      browser: true,
      schema: {
        safeParse: () => {
          throw new Error('the schema fails');
        },
      },
    },
    funnel_entered: { kind: 'funnel step' },
  },
  funnels: { buying: { steps: ['item_added', 'order_paid'] }, broken: { steps: ['no_such_event'] } },
};

const LONG = 'x'.repeat(1 << 20);

/** checkout-v2 is on; other flags are not known. */
const steady = () =>
  new TypedInMemoryProvider({
    'checkout-v2': { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false },
  });

/** A provider whose evaluation does this. */
function provider(evaluate: (flagKey: string) => Promise<ResolutionDetails<boolean>>): Provider {
  const unused = <T extends JsonValue>(_key: string, value: T) => Promise.resolve({ value });
  return {
    metadata: { name: 'faulty' },
    runsOn: 'server',
    resolveBooleanEvaluation: evaluate,
    resolveStringEvaluation: unused,
    resolveNumberEvaluation: unused,
    resolveObjectEvaluation: unused,
  };
}

/** A hook that throws at each of its stages. */
const throwing = (stages: ReadonlyArray<keyof Hook>): Hook =>
  Object.fromEntries(
    stages.map((stage) => [
      stage,
      () => {
        throw new Error(`the hook of another fails at ${stage}`);
      },
    ])
  );

class RefusingRegistry extends Registry {
  override registerMetric(): void {
    throw new Error('the registry takes no metric');
  }

  override getSingleMetric(): never {
    throw new Error('the registry finds no metric');
  }

  override metrics(): Promise<string> {
    return Promise.resolve('');
  }
}

/** A registry of which metrics are asked for by name, and which finds something of another kind. */
class ConfusedRegistry extends Registry {
  override getSingleMetric(name: string): ReturnType<Registry['getSingleMetric']> {
    const found = super.getSingleMetric(name);
    if (found === undefined) {
      throw new Error(`there is no ${name}`);
    }
    return found;
  }
}

/** By name. `none` is what the others are held against. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  none: { provider: steady },
  'a provider that throws': {
    provider: () =>
      provider(() => {
        throw new Error('the provider fails');
      }),
  },
  'a provider that rejects with nothing': {
    // What a provider written in plain JavaScript does; no Error to be read.
    provider: () => provider(() => Promise.reject(Reflect.get({}, 'reason') as Error)),
  },
  'a provider that answers nonsense': {
    provider: () =>
      provider(() => Promise.resolve({ value: true, variant: 7, reason: {} } as unknown as ResolutionDetails<boolean>)),
  },
  'a provider with values of 1 MB': {
    provider: () =>
      provider(() => Promise.resolve({ value: true, variant: LONG, reason: LONG, flagMetadata: { scope: LONG } })),
    options: { dimensions: { scope: 'scope' }, providerName: LONG },
  },
  'a hook before ours that throws early': {
    provider: steady,
    hooks: (own) => [throwing(['before']), ...own],
  },
  'a hook after ours that throws early': {
    provider: steady,
    hooks: (own) => [...own, throwing(['before'])],
  },
  'hooks around ours that throw late': {
    provider: steady,
    hooks: (own) => [throwing(['after', 'error', 'finally']), ...own, throwing(['after', 'error', 'finally'])],
  },
  'our hooks twice, and in the other order': {
    provider: steady,
    hooks: (own) => [...own].reverse().concat(own),
  },
  'a registry that refuses every metric': { provider: steady, registry: () => new RefusingRegistry() },
  'a registry that throws for what is not there': { provider: steady, registry: () => new ConfusedRegistry() },
  'a registry that is cleared under way': {
    provider: steady,
    meanwhile: (registry) => {
      setInterval(() => registry.clear(), 5).unref();
    },
  },
  'metrics that are reset under way': {
    provider: steady,
    meanwhile: (registry) => {
      setInterval(() => registry.resetMetrics(), 5).unref();
    },
  },
  'sources that throw': {
    provider: steady,
    options: {
      exemplar: () => {
        throw new Error('no exemplar');
      },
      allocation: () => {
        throw new Error('no allocation');
      },
      layers: { instance: { 'checkout-v2': 'off' } },
    },
  },
  // Ten events wait for an hour: the queue is full from the third request on.
  'a full queue of events': {
    provider: steady,
    options: { events: { ...EVENTS, queueSize: 10, interval: 3_600_000 } },
  },
};
