import type { Tag } from '../context/Tag.js';
import { TagSet } from '../context/TagSet.js';
import { variantLabel } from '../labels/variantLabel.js';
import { findPersonalData } from '../privacy/findPersonalData.js';
import { inSample, Pseudonyms } from '../privacy/Pseudonyms.js';
import type { Shared } from '../common/Shared.js';
import { EXPOSURE, MEASUREMENTS, measurementOf } from './builtInEvents.js';
import { compileEvent, isEventName, type CompiledEvent } from './compileEvent.js';
import { eventLabels, EventMetrics, oneOf } from './EventMetrics.js';
import { EventQueue } from './EventQueue.js';
import { Journeys, type Occurrence } from './Journeys.js';
import { EVENT_LABELS, type DropReason } from './names.js';
import { isAmount, OwnMetrics } from './OwnMetrics.js';
import type { EventDefinition, EventOptions, FunnelDefinition, RevenueEvent, TrackOptions } from './options.js';
import { Users } from './Users.js';
import { WIRE_EVENTS } from './wire.js';

const DEFAULTS = { queueSize: 10_000, users: 50_000, userTtl: 86_400 };

/** Properties of one event that are taken over into the queue. */
const MOST_PROPERTIES = 100;

/** Flags of one event that are taken. */
const MOST_FLAGS = 100;

type Properties = Readonly<Record<string, unknown>>;

/** A defined event with the metrics of its own. */
interface Known extends CompiledEvent {
  readonly own: OwnMetrics;
}

/** An event in the queue. */
interface Pending extends Occurrence {
  /** Undefined for what browsers measure by themselves. */
  readonly known: Known | undefined;
  readonly name: string;
  readonly properties: Properties;
}

/** An event that has come in from elsewhere, such as a browser: its form was checked, its properties were not. */
export interface ReceivedEvent {
  name: string;
  properties: Properties;
  tags: readonly Tag[];
  /** A pseudonym. */
  user: string | undefined;
  /** Which part of such events was sent: by what the service knows, and not by what the sender says. */
  rate: number;
}

/**
 * Product and business events. `track` checks the name and puts the event into a queue; everything else happens between
 * the turns of the event loop. What cannot be counted is dropped and counted as such. Nothing here throws into the
 * application or makes it wait, and neither metrics nor warnings hold anything of a property that is no label.
 */
export class Events {
  readonly pseudonyms: Pseudonyms;
  readonly metrics: EventMetrics;
  private readonly known = new Map<string, Known>();
  private readonly journeys: Journeys;
  private readonly queue: EventQueue<Pending>;
  private readonly random: () => number;
  private closed = false;

  constructor(
    readonly shared: Shared,
    private readonly options: EventOptions = {}
  ) {
    this.pseudonyms = new Pseudonyms(options.userKey);
    this.metrics = new EventMetrics(shared);
    this.random = options.random ?? Math.random;
    const ttl = (options.userTtl ?? DEFAULTS.userTtl) * 1000;
    const users = new Users(options.users ?? DEFAULTS.users, ttl, options.now ?? Date.now, () =>
      this.metrics.evicted()
    );
    this.journeys = new Journeys(users, this.metrics, (event) => {
      shared.host.warn(`flaglens: the event "${event}" counts once for each user, and came without one`);
    });
    this.queue = new EventQueue(options.queueSize ?? DEFAULTS.queueSize, options.interval ?? 0, (event) =>
      this.process(event)
    );
    const definitions = { [WIRE_EVENTS.exposure]: EXPOSURE, ...options.definitions };
    for (const [name, definition] of Object.entries(definitions)) {
      this.define(name, definition);
    }
    for (const [name, funnel] of Object.entries(options.funnels ?? {})) {
      this.defineFunnel(name, funnel);
    }
  }

  /** Defines an event that becomes known later. A definition that cannot be used is reported and left out. */
  define(name: string, definition: EventDefinition): void {
    try {
      const compiled = compileEvent(name, definition, this.options.jsonSchema);
      if (Object.hasOwn(MEASUREMENTS, name)) {
        throw new Error('the name is taken for what browsers measure by themselves');
      }
      this.metrics.register(compiled);
      this.known.set(name, { ...compiled, own: new OwnMetrics(this.shared, compiled) });
    } catch (error) {
      // Definitions are the developer's own text, and what is thrown here is ours or the schema compiler's.
      const why = error instanceof Error ? error.message : 'its schema cannot be used';
      this.shared.host.warn(`flaglens: the event "${isEventName(name) ? name : '?'}" is left out: ${why}`);
    }
  }

  /**
   * Notes an event of the work under way. `properties` are what its definition says; `options` name the user and, outside
   * of a request, the flags. It answers at once and never throws.
   */
  track(name: string, properties: Properties = {}, options: TrackOptions = {}): void {
    try {
      this.enqueue(name, properties, options);
    } catch {
      this.dropped('failed');
    }
  }

  /** Notes that the user is shown the features of these flags, or of the work under way. */
  expose(options: TrackOptions): void {
    this.track(WIRE_EVENTS.exposure, {}, options);
  }

  /** Takes an event from elsewhere; answers why it was dropped, or undefined. */
  receive(event: ReceivedEvent): DropReason | undefined {
    const known = this.known.get(event.name);
    const measured = known === undefined && Object.hasOwn(MEASUREMENTS, event.name);
    if (known === undefined && !measured) {
      return isEventName(event.name) ? 'unknown_event' : 'invalid_name';
    }
    if (known !== undefined && known.definition.browser !== true) {
      return 'not_for_browsers';
    }
    // What is never sampled counts as one, whatever its sender says; what he has sampled is not drawn again.
    const always = known?.definition.critical === true || known?.definition.kind === 'exposure';
    const sampled = event.rate < 1 && !always;
    const weight = sampled || known === undefined ? 1 / event.rate : this.draw(known, event.user);
    if (weight === 0) {
      return undefined;
    }
    const { name, properties, tags, user } = event;
    return this.offer({ known, name, properties, tags, user, weight });
  }

  /** How many events more the queue takes now. */
  get room(): number {
    return this.queue.room;
  }

  /** Counts events that were not taken. */
  dropped(reason: DropReason, by = 1): void {
    try {
      this.metrics.dropped(reason, by);
    } catch {
      // The registry itself is unusable; there is nobody to tell.
    }
  }

  /** Resolves when every event tracked so far is in the metrics. */
  flush(): Promise<void> {
    return this.queue.flush();
  }

  /** Takes no further events, and resolves when those tracked so far are in the metrics. */
  shutdown(): Promise<void> {
    this.closed = true;
    return this.queue.close();
  }

  private defineFunnel(name: string, funnel: FunnelDefinition): void {
    const unknown = funnel.steps.some((step) => !this.known.has(step));
    if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name) || name.length > 64) {
      this.shared.host.warn('flaglens: a funnel is left out: its name must be in snake_case, and not too long');
    } else if (unknown || funnel.steps.length === 0) {
      this.shared.host.warn(`flaglens: the funnel "${name}" is left out: each of its steps must be a defined event`);
    } else {
      this.journeys.registerFunnel(name, funnel);
    }
  }

  private enqueue(name: string, properties: Properties, options: TrackOptions): void {
    const known = typeof name === 'string' ? this.known.get(name) : undefined;
    if (known === undefined) {
      this.refuseName(name);
      return;
    }
    const user = options.user === undefined ? undefined : this.pseudonyms.of(options.user);
    const weight = this.draw(known, user);
    if (weight === 0) {
      return;
    }
    const copy = copied(properties);
    const tags = options.flags === undefined ? [...this.shared.context.tags()] : this.tagsOf(options.flags);
    if (copy === undefined || tags === undefined) {
      this.dropped('too_large');
      return;
    }
    const reason = this.offer({ known, name, properties: copy, tags, user, weight });
    if (reason !== undefined) {
      this.dropped(reason);
    }
  }

  private refuseName(name: unknown): void {
    const valid = isEventName(name);
    this.dropped(valid ? 'unknown_event' : 'invalid_name');
    this.shared.host.warn(
      valid
        ? 'flaglens: an event was tracked that is not defined; it is dropped'
        : 'flaglens: an event was tracked whose name is not object_action in snake_case; it is dropped'
    );
  }

  private offer(event: Pending): DropReason | undefined {
    if (this.closed) {
      return 'closed';
    }
    return this.queue.offer(event) ? undefined : 'queue_full';
  }

  /** How many events this one stands for; 0 if it is not in the sample. */
  private draw(event: CompiledEvent, user: string | undefined): number {
    if (event.rate === 1) {
      return 1;
    }
    const drawn = event.drawnByUser && user !== undefined ? inSample(user, event.rate) : this.random() < event.rate;
    return drawn ? 1 / event.rate : 0;
  }

  /** Flags that were given explicitly, as far as metrics are split by them; undefined if there are too many. */
  private tagsOf(flags: NonNullable<TrackOptions['flags']>): Tag[] | undefined {
    const entries = Object.entries(flags);
    if (entries.length > MOST_FLAGS) {
      return undefined;
    }
    const { collection, context } = this.shared;
    // All flags beyond the cap fold into one, under which the event still counts once.
    const tags = new TagSet();
    for (const [flag, value] of entries) {
      if (collection.wants(flag)) {
        tags.add(context.tag(flag, variantLabel({ value })));
      }
    }
    return [...tags.list];
  }

  private process(event: Pending): void {
    try {
      const reason = this.count(event);
      if (reason !== undefined) {
        this.dropped(reason);
        this.shared.host.warn(`flaglens: events "${event.name}" were dropped: ${reason}`);
      }
    } catch {
      // A schema of the application's may throw whatever it likes, values included: it is counted, not reported.
      this.dropped('failed');
      this.shared.host.warn(`flaglens: events "${event.name}" were dropped: the schema or a metric failed`);
    }
  }

  private count(event: Pending): DropReason | undefined {
    const { known, name, properties, tags, weight } = event;
    if (known === undefined) {
      const measured = measurementOf(name, properties);
      if (measured === undefined) {
        return 'invalid_properties';
      }
      this.metrics.events.incFor(tags, { [EVENT_LABELS.event]: name, [EVENT_LABELS.layer]: 'user' }, weight);
      this.metrics.measured(name, tags, measured);
      return undefined;
    }
    const refusal = findPersonalData(properties);
    if (refusal !== undefined) {
      return refusal;
    }
    const valid = known.validate(properties);
    if (valid === undefined || !known.own.accepts(valid) || !fits(known.definition, valid)) {
      return 'invalid_properties';
    }
    this.metrics.events.incFor(tags, eventLabels(name, known.definition), weight);
    known.own.record(tags, valid, weight);
    this.countByKind(known, valid, event);
    this.journeys.stepped(name, event);
    return undefined;
  }

  private countByKind({ name, definition }: Known, properties: Properties, event: Occurrence): void {
    switch (definition.kind) {
      case 'exposure':
        this.journeys.exposed(name, event);
        break;
      case 'conversion':
        this.journeys.converted(name, event, definition.perUser ?? 'once');
        break;
      case 'revenue':
        this.countMoney(name, definition, properties, event);
        break;
      case 'engagement': {
        const target = oneOf(definition.targets, properties[definition.target]);
        const labels = { [EVENT_LABELS.event]: name, [EVENT_LABELS.target]: target };
        this.metrics.interactions.incFor(event.tags, labels, event.weight);
        break;
      }
    }
  }

  private countMoney(name: string, definition: RevenueEvent, properties: Properties, event: Occurrence): void {
    const amount = Number(properties[definition.amount]);
    const currency = oneOf(definition.currencies, properties[definition.currency]);
    const labels = { [EVENT_LABELS.event]: name, [EVENT_LABELS.currency]: currency };
    const back = definition.refund === true || amount < 0;
    const tags = this.journeys.attributed(event);
    const [sum, count] = this.metrics.money(back);
    sum.incFor(tags, labels, Math.abs(amount) * event.weight);
    count.incFor(tags, labels, event.weight);
    if (!back && definition.conversion !== undefined) {
      this.journeys.converted(name, event, definition.conversion);
    }
  }
}

/** Whether the properties have what the event's kind needs. */
function fits(definition: EventDefinition, properties: Properties): boolean {
  return definition.kind !== 'revenue' || isAmount(properties[definition.amount]);
}

/** A flat copy, so that what the caller does to the object later changes nothing; undefined if there is too much of it. */
function copied(properties: Properties): Properties | undefined {
  const copy: Record<string, unknown> = {};
  let count = 0;
  for (const key in properties) {
    if (Object.hasOwn(properties, key)) {
      count++;
      if (count > MOST_PROPERTIES) {
        return undefined;
      }
      Object.defineProperty(copy, key, {
        value: properties[key],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return copy;
}
