import type { Counter, Histogram } from 'prom-client';
import { LABELS } from '../floor/conventions.js';
import { describeMetric, type DescribedMetric } from './describeMetric.js';
import type { Labels } from '../labels/Labels.js';
import type { MetricConfig } from './MetricConfig.js';
import type { MetricFactory } from './MetricFactory.js';
import { plainCounter, plainHistogram } from './plainMetrics.js';
import { SeriesCounter } from './SeriesCounter.js';
import { SeriesHistogram } from './SeriesHistogram.js';
import { SplitChildren, type ChildrenOptions, type Startable } from './SplitChildren.js';
import { SplitCounter } from './SplitCounter.js';
import { SplitCounterChild, type PlainCounterChild } from './SplitCounterChild.js';
import { SplitGauge } from './SplitGauge.js';
import { SplitHistogram } from './SplitHistogram.js';
import { SplitHistogramChild, type PlainHistogramChild } from './SplitHistogramChild.js';
import { twinConfig, type SplitConfig, type SplitOptions } from './SplitOptions.js';
import type { SplitParts } from './SplitParts.js';
import { unsplit } from './unsplit.js';

/** Makes metrics that are split by flag: of the application's own metrics, and new ones with their twins. */
export class Splitter {
  private readonly known = new WeakMap<object, SplitHistogram | SplitCounter>();

  constructor(
    private readonly metrics: MetricFactory,
    private readonly parts: SplitParts
  ) {}

  /**
   * Splits a histogram or counter of the application's: record through what is answered, and the metric itself gets
   * each value once, as before. Splitting a metric again answers the same. What cannot be split is reported and
   * recorded as before.
   */
  existing<L extends string>(metric: Histogram<L>, options?: SplitOptions): SplitHistogram<L>;
  existing<L extends string>(metric: Counter<L>, options?: SplitOptions): SplitCounter<L>;
  existing(metric: Histogram | Counter, options: SplitOptions = {}): SplitHistogram | SplitCounter {
    try {
      const split = this.known.get(metric) ?? this.splitExisting(metric, options);
      this.known.set(metric, split);
      return split;
    } catch (error) {
      this.parts.host.failed('split', error);
      // Of either type, since it has the methods of both.
      return unsplit(metric) as unknown as SplitHistogram;
    }
  }

  /** A new histogram and its twin. Buckets need not be sorted. */
  histogram(config: SplitConfig, buckets: readonly number[]): SplitHistogram {
    const { plain, twin } = pair(config, (each) => this.metrics.histogram(each, buckets));
    return this.splitHistogram(config, twin, (_raw, within) => plain?.series(within) ?? NOWHERE);
  }

  /** A new counter and its twin. */
  counter(config: SplitConfig): SplitCounter {
    const { plain, twin } = pair(config, (each) => this.metrics.seriesCounter(each));
    return this.splitCounter(config, twin, (_raw, within) => plain?.series(within) ?? NOWHERE);
  }

  /** A new gauge and its twin. Its label values must be bounded already. */
  gauge(config: SplitConfig): SplitGauge {
    const { plain, twin } = pair(config, (each) => this.metrics.seriesGauge(each));
    return new SplitGauge(plain, twin);
  }

  private splitExisting(metric: Histogram | Counter, split: SplitOptions): SplitHistogram | SplitCounter {
    const described = describeMetric(metric);
    const config = { ...described, split };
    const twin = twinConfig(described, split);
    if (described.type === 'histogram') {
      return this.splitHistogram(
        config,
        this.twinOfExisting(described, () => this.metrics.histogram(twin, described.buckets)) ??
          new SeriesHistogram(unread(twin), described.buckets, []),
        (raw) => plainHistogram(metric as Histogram, described, raw)
      );
    }
    // A registry that has spoken OpenMetrics has cut the suffix off the original's name.
    const name = twin.name.endsWith('_total') ? twin.name : `${twin.name}_total`;
    return this.splitCounter(
      config,
      this.twinOfExisting(described, () => this.metrics.seriesCounter({ ...twin, name })) ??
        new SeriesCounter(unread(twin), []),
      (raw) => plainCounter(metric as Counter, described, raw)
    );
  }

  /** The twin, unless it cannot have the labels of the flag beside the metric's own, or the name that was asked for. */
  private twinOfExisting<T>({ name, labelNames }: DescribedMetric, create: () => T): T | undefined {
    const clash = [LABELS.flag, LABELS.variant].find((label) => labelNames.includes(label));
    if (clash === undefined) {
      return this.parts.host.run('split', create);
    }
    this.parts.host.warn(`flaglens: "${name}" has the label "${clash}" of its own; it is recorded but not split`);
    return undefined;
  }

  private splitHistogram(config: SplitConfig, twin: SeriesHistogram, plain: Plain<PlainHistogramChild>) {
    const { parts } = this;
    const create: Create<SplitHistogramChild> = (raw, within) =>
      new SplitHistogramChild(parts, plain(raw, within), twin, within);
    return new SplitHistogram(parts, this.children(config, create));
  }

  private splitCounter(config: SplitConfig, twin: SeriesCounter, plain: Plain<PlainCounterChild>) {
    const { parts } = this;
    const create: Create<SplitCounterChild> = (raw, within) =>
      new SplitCounterChild(parts, plain(raw, within), twin, within);
    return new SplitCounter(parts, this.children(config, create));
  }

  private children<C extends Startable>(config: SplitConfig, create: Create<C>): SplitChildren<C> {
    return new SplitChildren(this.parts, {
      name: config.name,
      labelNames: config.labelNames ?? [],
      guarded: config.bounded !== true,
      flags: config.split?.flags?.map((key) => this.parts.labels.keyOf(key)),
      startedByCaller: config.startedByCaller === true,
      create,
    });
  }
}

/** Finds the untagged side of a set of labels; `raw` are the caller's, `within` those within the limits. */
type Plain<P> = (raw: Labels, within: Labels) => P;

type Create<C> = ChildrenOptions<C>['create'];

/** A metric, unless it is left out, and its twin that is split by flag. */
function pair<M>(config: SplitConfig, create: (config: MetricConfig) => M): { plain: M | undefined; twin: M } {
  const plain = config.untagged === false ? undefined : create(config);
  return { plain, twin: create(twinConfig(config, config.split ?? {})) };
}

/** In place of an untagged metric that there is none of. */
const NOWHERE: PlainHistogramChild & PlainCounterChild = { add: () => undefined };

/** For a twin that nobody reads. */
function unread(config: MetricConfig): MetricConfig {
  return { ...config, name: 'unread', labelNames: [...new Set(config.labelNames)] };
}
