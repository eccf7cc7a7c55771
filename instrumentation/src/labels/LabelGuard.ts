import { EMPTY, ERROR_CODES, LABELS, METHODS, OTHER, REASONS } from '../floor/conventions.js';
import { Foldings } from './Foldings.js';
import type { Labels } from './Labels.js';
import type { Limits } from './options.js';
import { looksPersonal } from '../privacy/personalText.js';
import { errorClass } from '../privacy/errorClass.js';
import { Shortened, type ShortenedOptions } from './Shortened.js';
import type { SeriesTally } from './Tally.js';

const DEFAULTS: Required<Limits> = {
  flags: 100,
  variantsPerFlag: 20,
  routes: 200,
  operations: 50,
  statuses: 40,
  providers: 10,
  dimensionValues: 20,
  exceptions: 20,
  labelValues: 200,
  labelSets: 2000,
  valueLength: 64,
  initialisedSeries: 5000,
};

/** On the counter of folded values, all custom dimensions together. */
const DIMENSION = 'dimension';

/** Names of operations as GraphQL and RPC have them. */
const OPERATION = /^[A-Za-z_][\w.:/-]{0,63}$/;

/** The values that were let through, of one label or of one label within one metric, flag or dimension. */
type Kept = Set<string>;

/**
 * Bounds the values of every label. The first values up to a limit are kept as they are, later ones become `other`
 * and are counted, so that a service can never flood its Prometheus by an id in a flag key or a route. What looks like
 * personal data becomes `other` as well, unless it was registered. A value that is known is found without making an
 * object or a text.
 */
export class LabelGuard {
  readonly limits: Required<Limits>;
  private readonly shortened: Shortened;
  private readonly flags: Kept = new Set();
  private readonly routes: Kept = new Set();
  private readonly operations: Kept = new Set();
  private readonly providers: Kept = new Set();
  private readonly exceptions: Kept = new Set();
  private readonly statuses = new Map<number, string>();
  private readonly variants = new Map<string, Kept>();
  private readonly dimensions = new Map<string, Kept>();
  /** Of split metrics: by metric, then by label. */
  private readonly others = new Map<string, Map<string, Kept>>();
  private readonly foldings: Foldings;

  constructor(limits: Limits | undefined, tally: SeriesTally, shortened?: ShortenedOptions) {
    this.limits = { ...DEFAULTS, ...definedOnly(limits ?? {}) };
    this.shortened = new Shortened(this.limits.valueLength, shortened);
    const bounded = [LABELS.flag, LABELS.variant, LABELS.provider, LABELS.reason, LABELS.method, LABELS.route];
    this.foldings = new Foldings(tally, [...bounded, LABELS.status, LABELS.exception, DIMENSION]);
  }

  /** Admits a flag and its variants, whatever the limits say: what was registered on purpose is never folded. */
  register(flag: { key: string; variants: readonly string[] }): { flag: string; variants: string[] } {
    const key = this.cut(flag.key, LABELS.flag);
    this.flags.add(key);
    const variants = [...new Set(flag.variants.map((variant) => this.cut(variant, LABELS.variant)))];
    const kept = keptOf(this.variants, key);
    for (const variant of variants) {
      kept.add(variant);
    }
    return { flag: key, variants };
  }

  /** Admits a route, whatever the limits say. */
  registerRoute(route: string): string {
    const value = this.cut(route, LABELS.route);
    this.routes.add(value);
    return value;
  }

  /** A flag's key as a label value would have it, without admitting it. */
  keyOf(key: string): string {
    return this.cut(key, LABELS.flag);
  }

  flag(key: string): string {
    return this.admit(this.flags, key, this.limits.flags, LABELS.flag);
  }

  /** `flag` is the guarded key. All variants of folded flags fold together. */
  variant(flag: string, variant: string): string {
    if (flag === OTHER) {
      return OTHER;
    }
    return this.admit(keptOf(this.variants, flag), variant, this.limits.variantsPerFlag, LABELS.variant);
  }

  route(route: string): string {
    return this.admit(this.routes, route, this.limits.routes, LABELS.route);
  }

  /**
   * The route of an operation of an endpoint that has many. Its name may be what a client says: it has a limit of its own,
   * so that nobody can push the router's patterns out.
   */
  operation(route: string, name: unknown): string {
    const text = String(name);
    const full = `${route} ${text}`;
    if (this.routes.has(full) || this.operations.has(full)) {
      return full;
    }
    if (this.operations.size < this.limits.operations && OPERATION.test(text) && !looksPersonal(text)) {
      this.operations.add(full);
      return full;
    }
    this.foldings.fold(LABELS.route);
    return `${route} ${OTHER}`;
  }

  status(status: number): string {
    const known = this.statuses.get(status);
    if (known !== undefined) {
      return known;
    }
    if (this.statuses.size >= this.limits.statuses) {
      return this.foldings.fold(LABELS.status);
    }
    const value = String(status);
    this.statuses.set(status, value);
    return value;
  }

  provider(name: string): string {
    return this.admit(this.providers, name, this.limits.providers, LABELS.provider);
  }

  /** A value of a custom dimension. */
  dimension(name: string, value: string): string {
    return this.admit(keptOf(this.dimensions, name), value, this.limits.dimensionValues, DIMENSION);
  }

  /** The values of a split metric's own labels. Labels that the metric does not have are left for it to refuse. */
  values(metric: string, labelNames: readonly string[], labels: Labels): Labels {
    let byLabel = this.others.get(metric);
    if (byLabel === undefined) {
      byLabel = new Map();
      this.others.set(metric, byLabel);
    }
    const within: Record<string, string | number | undefined> = { ...labels };
    for (const name of labelNames) {
      const value = within[name];
      if (value !== undefined) {
        within[name] = this.admit(keptOf(byLabel, name), String(value), this.limits.labelValues, name);
      }
    }
    return within;
  }

  /** All labels as `other`, where a metric has as many combinations of values as it may have. */
  folded(labelNames: readonly string[], labels: Labels): Labels {
    const within: Record<string, string | number | undefined> = { ...labels };
    for (const name of labelNames) {
      if (within[name] !== undefined) {
        within[name] = this.foldings.fold(name);
      }
    }
    return within;
  }

  method(method: string): string {
    return this.oneOf(METHODS, method, LABELS.method);
  }

  reason(reason: string): string {
    return this.oneOf(REASONS, reason, LABELS.reason);
  }

  /** An OpenFeature error code, else the class of what was thrown; never its message. */
  exception(error: unknown): string {
    const code = codeOf(error);
    return code ?? this.admit(this.exceptions, errorClass(error), this.limits.exceptions, LABELS.exception);
  }

  /** A value of a closed set of the application's own. `label` says on the counter of folded values where it was. */
  known(label: string, known: readonly string[], value: string): string {
    return this.oneOf(known, value, label);
  }

  private admit(kept: Kept, raw: unknown, limit: number, label: string): string {
    const value = this.cut(raw, label);
    if (kept.has(value)) {
      return value;
    }
    // The raw value is looked at: of what was cut, the half of an address may be left, which looks like none.
    if (kept.size < limit && !looksPersonal(String(raw))) {
      kept.add(value);
      return value;
    }
    return this.foldings.fold(label);
  }

  private oneOf(known: readonly string[], value: string, label: string): string {
    return known.includes(value) ? value : this.foldings.fold(label);
  }

  private cut(raw: unknown, label: string): string {
    // Whatever the type says: a service in JavaScript may name the variants of a flag by their values, true and false.
    const value = String(raw);
    if (value === '') {
      return EMPTY;
    }
    if (value.length <= this.limits.valueLength) {
      return value;
    }
    return this.shortened.of(value, label);
  }
}

function keptOf(groups: Map<string, Kept>, name: string): Kept {
  let kept = groups.get(name);
  if (kept === undefined) {
    kept = new Set();
    groups.set(name, kept);
  }
  return kept;
}

function definedOnly(limits: Limits): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

/** The error's code if it is one of OpenFeature's; any other may be of any text. */
function codeOf(error: unknown): string | undefined {
  try {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && ERROR_CODES.includes(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
