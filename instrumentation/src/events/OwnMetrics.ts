import type { Tag } from '../context/Tag.js';
import type { Shared } from '../common/Shared.js';
import { snakeCase, type CompiledEvent } from './compileEvent.js';
import { oneOf } from './EventMetrics.js';
import type { ValueDefinition } from './options.js';

/** Records one event: its labels, the property's value, and what the event stands for. */
type Recorder = (tags: readonly Tag[], labels: Record<string, string>, value: number, weight: number) => void;

/** Sets of label values that start at zero for one event; with more of them, series begin with their first event. */
const STARTED = 100;

/** The largest amount that is taken for a measurement. One beyond it would drown all others in a sum. */
const MOST = 1e12;

/**
 * What an event's definition asks for beyond its kind: a counter by the properties that are labels, and a metric for each
 * property that is a measurement.
 */
export class OwnMetrics {
  private readonly labels: Array<readonly [property: string, label: string, values: readonly string[]]>;
  private readonly values: Array<readonly [property: string, record: Recorder, negative: boolean]>;
  private readonly count: Recorder | undefined;

  constructor(
    private readonly shared: Shared,
    { name, definition }: CompiledEvent
  ) {
    this.labels = Object.entries(definition.labels ?? {}).map(([property, values]) => [
      property,
      snakeCase(property),
      values,
    ]);
    const prefix = `event_${name}`;
    this.count =
      this.labels.length === 0
        ? undefined
        : this.counter(`${prefix}_total`, `Events "${name}" by their properties, corrected for sampling`, () => 1);
    this.values = Object.entries(definition.values ?? {}).map(([property, value]) => [
      property,
      this.recorder(`${prefix}_${snakeCase(property)}_${value.unit}`, name, property, value),
      value.metric === 'gauge' || value.metric === 'histogram',
    ]);
  }

  /** Whether every measurement that the properties hold can be recorded. */
  accepts(properties: Readonly<Record<string, unknown>>): boolean {
    return this.values.every(([property, , negative]) => {
      const value = properties[property];
      return value === undefined || value === null || (isAmount(value) && (negative || value >= 0));
    });
  }

  record(tags: readonly Tag[], properties: Readonly<Record<string, unknown>>, weight: number): void {
    const labels: Record<string, string> = {};
    for (const [property, label, values] of this.labels) {
      labels[label] = oneOf(values, properties[property]);
    }
    this.count?.(tags, labels, 1, weight);
    for (const [property, record] of this.values) {
      const value = properties[property];
      if (isAmount(value)) {
        record(tags, labels, value, weight);
      }
    }
  }

  private recorder(metric: string, event: string, property: string, value: ValueDefinition): Recorder {
    const help = `"${property}" of events "${event}", in ${value.unit}`;
    switch (value.metric) {
      case 'counter':
        return this.counter(`${metric}_total`, `${help}, corrected for sampling`, (amount) => amount);
      case 'gauge':
        return this.gauge(metric, `${help}, as the last event had it`);
      case 'histogram':
        return this.histogram(metric, help, value.buckets ?? []);
    }
  }

  private counter(name: string, help: string, amountOf: (value: number) => number): Recorder {
    const counter = this.shared.split.counter({ name, help, labelNames: this.labelNames, bounded: true });
    this.start((labels) => counter.zero(labels));
    return (tags, labels, value, weight) => counter.incFor(tags, labels, amountOf(value) * weight);
  }

  private histogram(name: string, help: string, buckets: readonly number[]): Recorder {
    const histogram = this.shared.split.histogram({ name, help, labelNames: this.labelNames, bounded: true }, buckets);
    this.start((labels) => histogram.zero(labels));
    return (tags, labels, value) => histogram.observeFor(tags, labels, value);
  }

  private gauge(name: string, help: string): Recorder {
    const gauge = this.shared.split.gauge({
      name,
      help,
      labelNames: this.labelNames,
      aggregator: 'average',
      bounded: true,
      split: { help: `${help}, for each flag of the event` },
    });
    return (tags, labels, value) => gauge.setFor(tags, labels, value);
  }

  private get labelNames(): string[] {
    return this.labels.map(([, label]) => label);
  }

  private start(zero: (labels: Record<string, string>) => void): void {
    const sets = this.labels.reduce((product, [, , values]) => product * values.length, 1);
    if (sets > STARTED) {
      this.shared.host.warn(
        `flaglens: an event has ${String(sets)} sets of label values; above ${String(STARTED)} they do not start at zero`
      );
      return;
    }
    const all = this.labels.reduce<Array<Record<string, string>>>(
      (rows, [, label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
      [{}]
    );
    for (const labels of all) {
      zero(labels);
    }
  }
}

/** Whether a value can be part of a sum. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= MOST;
}
