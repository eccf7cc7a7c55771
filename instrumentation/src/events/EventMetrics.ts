import type { Tag } from '../context/Tag.js';
import { LABELS, OTHER } from '../floor/conventions.js';
import type { SeriesCounter } from '../metrics/SeriesCounter.js';
import type { SplitCounter } from '../metrics/SplitCounter.js';
import type { SplitHistogram } from '../metrics/SplitHistogram.js';
import type { Shared } from '../common/Shared.js';
import type { CompiledEvent } from './compileEvent.js';
import {
  DROP_REASONS,
  EVENT_LABELS,
  EVENT_METRICS,
  LAYOUT_SHIFT_BUCKETS,
  PAGE_TIMING_BUCKETS,
  WEB_VITAL_BUCKETS,
  type DropReason,
} from './names.js';
import type { EventDefinition } from './options.js';
import { PAGE_TIMINGS, WEB_VITALS, WIRE_EVENTS } from './wire.js';

/** The vitals that are durations. */
const DURATIONS = WEB_VITALS.filter((vital) => vital !== 'CLS');

/** What browsers measure by themselves. */
interface Measurements {
  vitals: SplitHistogram;
  layoutShift: SplitHistogram;
  timings: SplitHistogram;
}

/** The metrics that events end in. Each is made with the first definition that needs it, all its series at zero. */
export class EventMetrics {
  readonly events: SplitCounter;
  private readonly exposures: SeriesCounter;
  private readonly drops: SeriesCounter;
  private readonly evictions: SeriesCounter;
  private readonly counters = new Map<string, SplitCounter>();
  private measurements: Measurements | undefined;

  constructor(private readonly shared: Shared) {
    const { metrics } = shared;
    this.events = this.counter(EVENT_METRICS.events, 'Product and business events, corrected for sampling', [
      EVENT_LABELS.event,
      EVENT_LABELS.layer,
    ]);
    this.exposures = metrics.seriesCounter({
      name: EVENT_METRICS.exposures,
      help: 'Users that were shown a feature, each once for a flag and variant, corrected for sampling',
      labelNames: [LABELS.flag, LABELS.variant],
    });
    this.drops = metrics.seriesCounter({
      name: EVENT_METRICS.dropped,
      help: 'Events that were not counted, by reason',
      labelNames: [EVENT_LABELS.reason],
    });
    this.evictions = metrics.seriesCounter({
      name: EVENT_METRICS.evicted,
      help: 'Users of events that were forgotten before their time, to make room for others',
    });
    for (const reason of DROP_REASONS) {
      this.drops.series({ [EVENT_LABELS.reason]: reason });
    }
    shared.flags.onAdded((tags) => this.startExposures(tags));
    this.startExposures(shared.flags.tags());
  }

  /** Starts what the event is counted in at zero. */
  register({ name, definition }: CompiledEvent): void {
    this.events.zero(eventLabels(name, definition));
    if (definition.kind === 'conversion' || (definition.kind === 'revenue' && definition.conversion !== undefined)) {
      this.conversions.zero({ [EVENT_LABELS.event]: name });
    }
    if (definition.kind === 'engagement') {
      for (const target of definition.targets) {
        this.interactions.zero({ [EVENT_LABELS.event]: name, [EVENT_LABELS.target]: target });
      }
    }
    if (definition.kind === 'revenue') {
      for (const currency of definition.currencies) {
        for (const metric of [...this.money(false), ...this.money(true)]) {
          metric.zero({ [EVENT_LABELS.event]: name, [EVENT_LABELS.currency]: currency });
        }
      }
    }
  }

  /** Starts a funnel's steps at zero. */
  registerFunnel(funnel: string, steps: readonly string[]): void {
    for (const step of steps) {
      this.funnelSteps.zero({ [EVENT_LABELS.funnel]: funnel, [EVENT_LABELS.step]: step });
    }
  }

  exposed({ flag, variant }: Tag, by: number): void {
    this.exposures.inc({ [LABELS.flag]: flag, [LABELS.variant]: variant }, by);
  }

  dropped(reason: DropReason, by = 1): void {
    this.drops.inc({ [EVENT_LABELS.reason]: reason }, by);
  }

  evicted(): void {
    this.evictions.inc({});
  }

  get conversions(): SplitCounter {
    return this.counter(EVENT_METRICS.conversions, 'Conversions by event, corrected for sampling', [
      EVENT_LABELS.event,
    ]);
  }

  get funnelSteps(): SplitCounter {
    return this.counter(
      EVENT_METRICS.funnelSteps,
      'Users that took a step of a funnel, each once, corrected for sampling',
      [EVENT_LABELS.funnel, EVENT_LABELS.step]
    );
  }

  get interactions(): SplitCounter {
    return this.counter(EVENT_METRICS.interactions, 'Clicks and other interactions by target, corrected for sampling', [
      EVENT_LABELS.event,
      EVENT_LABELS.target,
    ]);
  }

  /** Sum and count of the money that came in, or of what went back. */
  money(refund: boolean): [sum: SplitCounter, count: SplitCounter] {
    const labels = [EVENT_LABELS.event, EVENT_LABELS.currency];
    return refund
      ? [
          this.counter(EVENT_METRICS.refunds, "Refunds in the currency's main unit, corrected for sampling", labels),
          this.counter(EVENT_METRICS.refundEvents, 'Number of refunds, corrected for sampling', labels),
        ]
      : [
          this.counter(EVENT_METRICS.revenue, "Revenue in the currency's main unit, refunds not deducted", labels),
          this.counter(EVENT_METRICS.revenueEvents, 'Number of payments, corrected for sampling', labels),
        ];
  }

  /** Makes the metrics of web vitals and page timings; those that exist stay. */
  startMeasurements(): void {
    this.measurements ??= this.createMeasurements();
  }

  /** Records what a browser measured, its name being one of those known. */
  measured(event: string, tags: readonly Tag[], { name, value }: { name: string; value: number }): void {
    this.startMeasurements();
    if (event === WIRE_EVENTS.pageTiming) {
      this.measurements?.timings.observeFor(tags, { [EVENT_LABELS.timing]: name }, value);
    } else if (name === 'CLS') {
      this.measurements?.layoutShift.observeFor(tags, {}, value);
    } else {
      this.measurements?.vitals.observeFor(tags, { [EVENT_LABELS.vital]: name }, value);
    }
  }

  private createMeasurements(): Measurements {
    const { split } = this.shared;
    const vitals = split.histogram(
      {
        name: EVENT_METRICS.webVitals,
        help: 'Web vitals in seconds: LCP, INP, FCP, TTFB',
        labelNames: [EVENT_LABELS.vital],
        bounded: true,
      },
      WEB_VITAL_BUCKETS
    );
    const layoutShift = split.histogram(
      { name: EVENT_METRICS.layoutShift, help: 'Cumulative layout shift (CLS), without a unit', bounded: true },
      LAYOUT_SHIFT_BUCKETS
    );
    const timings = split.histogram(
      {
        name: EVENT_METRICS.pageTimings,
        help: "Moments of a page's load in seconds since its navigation began",
        labelNames: [EVENT_LABELS.timing],
        bounded: true,
      },
      PAGE_TIMING_BUCKETS
    );
    for (const vital of DURATIONS) {
      vitals.zero({ [EVENT_LABELS.vital]: vital });
    }
    layoutShift.zero({});
    for (const timing of PAGE_TIMINGS) {
      timings.zero({ [EVENT_LABELS.timing]: timing });
    }
    for (const event of [WIRE_EVENTS.webVital, WIRE_EVENTS.pageTiming]) {
      this.events.zero({ [EVENT_LABELS.event]: event, [EVENT_LABELS.layer]: 'user' });
    }
    return { vitals, layoutShift, timings };
  }

  /** A counter with its twin. All label values are from closed sets. */
  private counter(name: string, help: string, labelNames: readonly string[]): SplitCounter {
    let counter = this.counters.get(name);
    if (counter === undefined) {
      counter = this.shared.split.counter({ name, help, labelNames, bounded: true });
      this.counters.set(name, counter);
    }
    return counter;
  }

  private startExposures(tags: readonly Tag[]): void {
    for (const { flag, variant } of tags) {
      this.shared.budget.spend(() => this.exposures.series({ [LABELS.flag]: flag, [LABELS.variant]: variant }));
    }
  }
}

/** The labels that every event is counted under. */
export function eventLabels(name: string, definition: EventDefinition): Record<string, string> {
  return { [EVENT_LABELS.event]: name, [EVENT_LABELS.layer]: definition.layer ?? 'application' };
}

/** A property as a label value: itself if it is one of the set, else `other`. */
export function oneOf(values: readonly string[], value: unknown): string {
  const text =
    typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return values.includes(text) ? text : OTHER;
}
