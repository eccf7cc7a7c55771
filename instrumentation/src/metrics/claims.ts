import type { Metric, Registry } from 'prom-client';
import { processWide } from '../floor/processWide.js';

/** A name that a metric of this library has in a registry for as long as nobody else wants it. */
export interface Claim {
  /** Names that are given up together: the metric's own, and those of metrics that say nothing without it. */
  readonly names: readonly string[];
  /** True if {@link Registry.getSingleMetric} is not to find the metric; see {@link isUnlisted}. */
  readonly unlisted: boolean;
  /** Called each time that another has the name. Must not throw. */
  readonly lost: () => void;
}

/** What a registry has been through. */
export interface RegistryState {
  /** Whether it was cleared, with this library's metrics in it, after the last instrumentation was made on it. */
  cleared: boolean;
}

/** By the metric, since one metric may be in several registries: `Registry.merge` makes a new one of them. */
const claims = processWide('claims', () => new WeakMap<object, Claim>());

const states = processWide('states', () => new WeakMap<object, RegistryState>());

/** The methods of registries that this library has wrapped already. */
const wrapped = processWide('wrapped', () => new WeakSet<object>());

/** Whether this library itself is looking a metric up. Looking up is synchronous, so that one word does for all. */
const looking = processWide('looking', () => ({ now: false }));

/**
 * Notes that the metric gives its name up to whoever else registers it. prom-client would throw, which other
 * libraries do not expect of their own metrics: the service would not start.
 */
export function claim(metric: object, terms: Claim): void {
  claims.set(metric, terms);
}

/** The metric that has the name, be it anybody's. May throw what the registry throws. */
export function lookUp(registry: Registry, name: string): object | undefined {
  looking.now = true;
  try {
    return registry.getSingleMetric(name);
  } finally {
    looking.now = false;
  }
}

/** What the registry has been through; the same object each time. */
export function stateOf(registry: Registry): RegistryState {
  let state = states.get(registry);
  if (state === undefined) {
    state = { cleared: false };
    states.set(registry, state);
  }
  return state;
}

/**
 * Has registries of this one's class give names up that are claimed. The class is changed, and not the registry, since
 * registries that are merged for a scrape meet each other's names in a new one. Where no metric of this library is
 * concerned, each method does what it did.
 */
export function watchRegistry(registry: Registry): void {
  wrap(registry, 'registerMetric', (original) => {
    return function (this: Registry, metric: Metric) {
      if (makeWay(this, metric)) {
        original.call(this, metric);
      }
    };
  });
  wrap(registry, 'getSingleMetric', (original) => {
    return function (this: Registry, name: string) {
      const found = original.call(this, name);
      return isUnlisted(found) ? undefined : found;
    };
  });
  wrap(registry, 'clear', (original) => {
    return function (this: Registry) {
      original.call(this);
      const state = states.get(this);
      if (state !== undefined) {
        state.cleared = true;
      }
    };
  });
}

/** Whether a metric may be registered: the name is free, or its holder has given it up, or prom-client is to say no. */
function makeWay(registry: Registry, metric: Metric): boolean {
  try {
    // Its types leave the name out.
    const { name } = metric as unknown as { name: string };
    const holder = lookUp(registry, name);
    if (holder === undefined || holder === metric) {
      return true;
    }
    const held = claims.get(holder);
    const coming = claims.get(metric);
    if (held !== undefined && coming === undefined) {
      for (const given of held.names) {
        registry.removeSingleMetric(given);
      }
      held.lost();
      return true;
    }
    if (held === undefined && coming !== undefined) {
      coming.lost();
      return false;
    }
  } catch {
    // A registry that cannot be asked does what it would have done.
  }
  return true;
}

/**
 * Whether a metric is hidden from others who look its name up. Some libraries record into what they find, whose labels
 * are not theirs; finding nothing they make their own, and get the name.
 */
function isUnlisted(found: object | undefined): boolean {
  return found !== undefined && !looking.now && claims.get(found)?.unlisted === true;
}

/** Replaces a method where it is defined, once. */
function wrap<K extends 'registerMetric' | 'getSingleMetric' | 'clear'>(
  registry: Registry,
  method: K,
  around: (original: Registry[K]) => Registry[K]
): void {
  if (typeof registry[method] !== 'function' || wrapped.has(registry[method])) {
    return;
  }
  let owner: object = registry;
  while (!Object.hasOwn(owner, method)) {
    owner = Object.getPrototypeOf(owner) as object;
  }
  const replaced = around(registry[method]);
  const { enumerable = false } = Object.getOwnPropertyDescriptor(owner, method) ?? {};
  Object.defineProperty(owner, method, { value: replaced, writable: true, configurable: true, enumerable });
  wrapped.add(replaced);
}
