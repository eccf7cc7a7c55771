import type { Gauge } from 'prom-client';
import { LABELS, METRICS } from '../floor/conventions.js';
import type { FlagDefinition } from '../context/options.js';
import { onScrape } from '../metrics/onScrape.js';
import type { Shared } from '../common/Shared.js';
import { describeFailure } from '../privacy/describeFailure.js';
import { UsageError } from '../privacy/UsageError.js';
import type { AllocationOf, Shares, ShareSource } from './options.js';
import { within } from '../floor/within.js';

/** Seconds that a source may take at a scrape: less than Prometheus waits, since all metrics of the service wait with it. */
const PATIENCE = 3;

/**
 * The gauge `feature_flag_allocation_ratio`: what the traffic of a flag's variants can be held against, to find
 * requests that went missing. It is there once a share is known.
 */
export class AllocationGauge {
  private gauge: Gauge | undefined;
  /** By raw flag key. */
  private readonly sources = new Map<string, ShareSource>();
  /** Guarded flag and variants of the series that are there, by raw flag key. */
  private readonly shown = new Map<string, { flag: string; variants: ReadonlySet<string> }>();

  /** `allocationOf` is asked for every registered flag. */
  constructor(
    private readonly shared: Shared,
    private readonly allocationOf?: AllocationOf
  ) {}

  /** Has the option's function asked for these flags. */
  registerFlags(flags: readonly FlagDefinition[]): void {
    const { allocationOf } = this;
    if (allocationOf !== undefined) {
      flags.forEach(({ key }) => this.set(key, () => allocationOf(key)));
    }
  }

  /** Says a flag's shares: values, or a function that is asked at each scrape. They replace what was said before. */
  set(flagKey: string, shares: ShareSource): void {
    this.shared.host.run('AllocationGauge.set', () => {
      this.gauge ??= this.register();
      this.sources.set(flagKey, shares);
    });
  }

  /** Ends the flag's series. */
  remove(flagKey: string): void {
    this.shared.host.run('AllocationGauge.remove', () => {
      this.sources.delete(flagKey);
      this.show(flagKey, {});
    });
  }

  private register(): Gauge {
    const gauge = this.shared.metrics.gauge({
      name: METRICS.allocation,
      help: 'Share of the users that a variant is allocated to, 0 to 1',
      labelNames: [LABELS.flag, LABELS.variant],
      // Every worker of a cluster says the same share: their sum would be nonsense.
      aggregator: 'average',
    });
    onScrape(gauge, () => this.collect());
    return gauge;
  }

  private async collect(): Promise<void> {
    await Promise.all([...this.sources].map(([flagKey, source]) => this.collectFlag(flagKey, source)));
  }

  private async collectFlag(flagKey: string, source: ShareSource): Promise<void> {
    let shares: Shares | undefined;
    try {
      shares = typeof source === 'function' ? await within(PATIENCE, source(), late) : source;
    } catch (error) {
      this.shared.host.warn(`flaglens: the allocation of "${flagKey}" could not be read: ${describeFailure(error)}`);
    }
    // It may have been removed or said anew in the meantime.
    if (this.sources.get(flagKey) === source) {
      this.shared.host.run('AllocationGauge.collect', () => this.show(flagKey, shares ?? {}));
    }
  }

  /** Shows these shares of the flag and no others: an old one would look as if it still held. */
  private show(flagKey: string, shares: Shares): void {
    const { labels, host } = this.shared;
    const before = this.shown.get(flagKey);
    const flag = before?.flag ?? labels.flag(flagKey);
    // Several variants may be one under the limits, which then has the shares of all.
    const variants = new Map<string, number>();
    for (const [variant, share] of Object.entries(shares)) {
      if (isRatio(share)) {
        const value = labels.variant(flag, variant);
        variants.set(value, (variants.get(value) ?? 0) + share);
      } else {
        // Without the share, which may be another one at each scrape: a warning is given once.
        host.warn(`flaglens: the share of "${variant}" of "${flagKey}" is no ratio; shares are ratios from 0 to 1`);
      }
    }
    for (const [variant, share] of variants) {
      this.gauge?.set({ [LABELS.flag]: flag, [LABELS.variant]: variant }, share);
    }
    for (const variant of before?.variants ?? []) {
      if (!variants.has(variant)) {
        this.gauge?.remove({ [LABELS.flag]: flag, [LABELS.variant]: variant });
      }
    }
    this.shown.set(flagKey, { flag, variants: new Set(variants.keys()) });
  }
}

const late = (): UsageError => new UsageError(`no answer within ${String(PATIENCE)} s`);

/** Whatever the type says: shares come from configurations, where a number may be a text. */
function isRatio(share: unknown): boolean {
  return typeof share === 'number' && share >= 0 && share <= 1;
}
