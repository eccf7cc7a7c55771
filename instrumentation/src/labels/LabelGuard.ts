import type { Counter } from 'prom-client';
import { EMPTY, ERROR_CODES, LABELS, METHODS, OTHER, REASONS } from '../conventions.js';
import type { FlagDefinition, Limits } from '../options.js';

const DEFAULTS: Required<Limits> = {
  flags: 100,
  variantsPerFlag: 20,
  routes: 200,
  statuses: 40,
  providers: 10,
  dimensionValues: 20,
  valueLength: 64,
  initialisedSeries: 5000,
};

/** On the counter of folded values, all custom dimensions together. */
const DIMENSION = 'dimension';

/**
 * Bounds the values of every label. The first values up to a limit are kept as they are, later ones become `other`
 * and are counted, so that a service can never flood its Prometheus by an id in a flag key or a route.
 */
export class LabelGuard {
  readonly limits: Required<Limits>;
  private readonly admitted = new Map<string, Set<string>>();

  constructor(
    limits: Limits | undefined,
    private readonly folded: Counter
  ) {
    this.limits = { ...DEFAULTS, ...definedOnly(limits ?? {}) };
    const bounded = [LABELS.flag, LABELS.variant, LABELS.provider, LABELS.reason, LABELS.method, LABELS.route];
    for (const label of [...bounded, LABELS.status, DIMENSION]) {
      folded.inc({ [LABELS.label]: label }, 0);
    }
  }

  /** Admits a flag and its variants, whatever the limits say: what was registered on purpose is never folded. */
  register(flag: FlagDefinition): { flag: string; variants: string[] } {
    const key = this.cut(flag.key);
    this.kept('flags').add(key);
    const variants = [...new Set(flag.variants.map((variant) => this.cut(variant)))];
    const kept = this.kept(`variants of ${key}`);
    for (const variant of variants) {
      kept.add(variant);
    }
    return { flag: key, variants };
  }

  /** Admits a route, whatever the limits say. */
  registerRoute(route: string): string {
    const value = this.cut(route);
    this.kept('routes').add(value);
    return value;
  }

  flag(key: string): string {
    return this.admit('flags', key, this.limits.flags, LABELS.flag);
  }

  /** `flag` is the guarded key. All variants of folded flags fold together. */
  variant(flag: string, variant: string): string {
    if (flag === OTHER) {
      return OTHER;
    }
    return this.admit(`variants of ${flag}`, variant, this.limits.variantsPerFlag, LABELS.variant);
  }

  route(route: string): string {
    return this.admit('routes', route, this.limits.routes, LABELS.route);
  }

  status(status: number): string {
    return this.admit('statuses', String(status), this.limits.statuses, LABELS.status);
  }

  provider(name: string): string {
    return this.admit('providers', name, this.limits.providers, LABELS.provider);
  }

  /** A value of a custom dimension. */
  dimension(name: string, value: string): string {
    return this.admit(`dimension ${name}`, value, this.limits.dimensionValues, DIMENSION);
  }

  method(method: string): string {
    return this.oneOf(METHODS, method, LABELS.method);
  }

  reason(reason: string): string {
    return this.oneOf(REASONS, reason, LABELS.reason);
  }

  /** An OpenFeature error code; GENERAL for whatever else was thrown. */
  errorCode(error: unknown): string {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && ERROR_CODES.includes(code) ? code : 'GENERAL';
  }

  private admit(group: string, raw: string, limit: number, label: string): string {
    const value = this.cut(raw);
    const kept = this.kept(group);
    if (kept.has(value)) {
      return value;
    }
    if (kept.size < limit) {
      kept.add(value);
      return value;
    }
    return this.fold(label);
  }

  private oneOf(known: readonly string[], value: string, label: string): string {
    return known.includes(value) ? value : this.fold(label);
  }

  private fold(label: string): string {
    this.folded.inc({ [LABELS.label]: label });
    return OTHER;
  }

  private kept(group: string): Set<string> {
    const kept = this.admitted.get(group) ?? new Set<string>();
    this.admitted.set(group, kept);
    return kept;
  }

  private cut(value: string): string {
    if (value === '') {
      return EMPTY;
    }
    if (value.length <= this.limits.valueLength) {
      return value;
    }
    // By code point, so that no half of a surrogate pair is left at the end. Only the head is spread: a value may be huge.
    const head = value.slice(0, this.limits.valueLength * 2);
    return Array.from(head).slice(0, this.limits.valueLength).join('');
  }
}

function definedOnly(limits: Limits): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}
