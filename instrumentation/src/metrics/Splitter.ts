import type { Counter, Histogram } from 'prom-client';
import { LABELS } from '../floor/conventions.js';
import { describeMetric, type DescribedMetric } from './describeMetric.js';
import type { Labels } from '../labels/Labels.js';
import type { MetricConfig } from './MetricConfig.js';
import type { MetricFactory } from './MetricFactory.js';
import { plainCounter, plainHistogram } from './plainMetrics.js';
import { SeriesCounter } from './SeriesCounter.js';
import { SeriesHistogram } from './SeriesHistogram.js';
import { SplitChildren, type ChildrenOptions } from './SplitChildren.js';
import { SplitCounter } from './SplitCounter.js';
import { SplitCounterChild, type PlainCounterChild } from './SplitCounterChild.js';
import { SplitHistogram } from './SplitHistogram.js';
import { SplitHistogramChild, type PlainHistogramChild } from './SplitHistogramChild.js';
import { twinConfig, type SplitConfig, type SplitOptions } from './SplitOptions.js';
import type { SplitParts } from './SplitParts.js';

/** Makes metrics that are split by flag: of the application's own metrics, and new ones with their twins. */
export class Splitter {
  private readonly known = new WeakMap<object, SplitHistogram | SplitCounter>();

  constructor(
    private readonly metrics: MetricFactory,
    private readonly parts: SplitParts
  ) {}

  /**
   * Splits a histogram or counter of the application's: record through what is answered, and the metric itself gets
   * each value once, as before. Splitting a metric again answers the same. What cannot be split is told of and
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
      const nowhere: MetricConfig = { name: 'unread', help: 'Recorded nowhere' };
      return this.splitHistogram(nowhere, new SeriesHistogram(nowhere, [], []), () => NOWHERE);
    }
  }

  /** A new histogram and its twin. Buckets need not be sorted. */
  histogram(config: SplitConfig, buckets: readonly number[]): SplitHistogram {
    const plain = config.untagged === false ? undefined : this.metrics.histogram(config, buckets);
    const twin = this.metrics.histogram(twinConfig(config, config.split ?? {}), buckets);
    return this.splitHistogram(config, twin, (_raw, within) => plain?.series(within) ?? NOWHERE);
  }

  /** A new counter and its twin. */
  counter(config: SplitConfig): SplitCounter {
    const plain = this.metrics.seriesCounter(config);
    const twin = this.metrics.seriesCounter(twinConfig(config, config.split ?? {}));
    return this.splitCounter(config, twin, (_raw, within) => plain.series(within));
  }

  private splitExisting(metric: Histogram | Counter, options: SplitOptions): SplitHistogram | SplitCounter {
    const described = describeMetric(metric);
    return described.type === 'histogram'
      ? this.existingHistogram(metric as Histogram, described, options)
      : this.existingCounter(metric as Counter, described, options);
  }

  private existingHistogram(original: Histogram, described: DescribedMetric, split: SplitOptions): SplitHistogram {
    const config = twinConfig(described, split);
    const twin =
      this.twinOfExisting(described, () => this.metrics.histogram(config, described.buckets)) ??
      new SeriesHistogram(unread(config), described.buckets, []);
    return this.splitHistogram({ ...described, split }, twin, (raw) => plainHistogram(original, described, raw));
  }

  private existingCounter(original: Counter, described: DescribedMetric, split: SplitOptions): SplitCounter {
    const config = twinConfig(described, split);
    // A registry that has spoken OpenMetrics has cut the suffix off the original's name.
    const name = config.name.endsWith('_total') ? config.name : `${config.name}_total`;
    const twin =
      this.twinOfExisting(described, () => this.metrics.seriesCounter({ ...config, name })) ??
      new SeriesCounter(unread(config), []);
    return this.splitCounter({ ...described, split }, twin, (raw) => plainCounter(original, described, raw));
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

  private splitHistogram(
    config: SplitConfig,
    twin: SeriesHistogram,
    plain: (raw: Labels, within: Labels) => PlainHistogramChild
  ): SplitHistogram {
    const children = new SplitChildren(this.parts, {
      ...this.childOptions(config),
      create: (raw, within) => new SplitHistogramChild(this.parts, plain(raw, within), twin, within),
    });
    return new SplitHistogram(this.parts, children);
  }

  private splitCounter(
    config: SplitConfig,
    twin: SeriesCounter,
    plain: (raw: Labels, within: Labels) => PlainCounterChild
  ): SplitCounter {
    const children = new SplitChildren(this.parts, {
      ...this.childOptions(config),
      create: (raw, within) => new SplitCounterChild(this.parts, plain(raw, within), twin, within),
    });
    return new SplitCounter(this.parts, children);
  }

  private childOptions(config: SplitConfig): Omit<ChildrenOptions<never>, 'create'> {
    return {
      name: config.name,
      labelNames: config.labelNames ?? [],
      guarded: config.bounded !== true,
      flags: config.split?.flags?.map((key) => this.parts.labels.keyOf(key)),
      startedByCaller: config.startedByCaller === true,
    };
  }
}

/** In place of an untagged metric that there is none of. */
const NOWHERE: PlainHistogramChild = { add: () => undefined };

/** For a twin that nobody reads. */
function unread(config: MetricConfig): MetricConfig {
  return { ...config, name: 'unread', labelNames: [...new Set(config.labelNames)] };
}
