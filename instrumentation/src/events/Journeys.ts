import type { Tag } from '../context/Tag.js';
import type { SplitCounterChild } from '../metrics/SplitCounterChild.js';
import type { EventMetrics } from './EventMetrics.js';
import { EVENT_LABELS } from './names.js';
import type { FunnelDefinition } from './options.js';
import type { UserRecord, Users } from './Users.js';

/** What is counted of one event: under which flags, by whom, and how many events it stands for. */
export interface Occurrence {
  tags: readonly Tag[];
  /** A pseudonym. */
  user: string | undefined;
  weight: number;
}

/** A step of one funnel. */
interface Step {
  funnel: string;
  index: number;
  ordered: boolean;
}

/** Counts what depends on what a user has done before: exposures, conversions, and the steps of funnels. */
export class Journeys {
  private readonly steps = new Map<string, Step[]>();

  /** `onNoUser` hears of an event that would count once for each user and has none. */
  constructor(
    private readonly users: Users,
    private readonly metrics: EventMetrics,
    private readonly onNoUser: (event: string) => void
  ) {}

  registerFunnel(funnel: string, { steps, ordered = true }: FunnelDefinition): void {
    for (const [index, event] of steps.entries()) {
      this.steps.set(event, [...(this.steps.get(event) ?? []), { funnel, index, ordered }]);
    }
    this.metrics.registerFunnel(funnel, steps);
  }

  /** The user is shown the features of the occurrence. */
  exposed(event: string, { tags, user, weight }: Occurrence): void {
    const record = this.recordOf(event, user);
    for (const tag of record === undefined ? [] : tags) {
      record?.exposed.set(tag.flag, tag);
      if (record?.first(`exposed ${String(tag.id)}`)) {
        this.metrics.exposed(tag, weight);
      }
    }
  }

  /**
   * The user converts. It counts for the features that the user was exposed to, wherever the conversion happens, and for
   * flags of the event that the user was not exposed to here.
   */
  converted(event: string, { tags, user, weight }: Occurrence, perUser: 'once' | 'every'): void {
    const labels = { [EVENT_LABELS.event]: event };
    const record = perUser === 'every' && user === undefined ? undefined : this.recordOf(event, user);
    if (record === undefined) {
      if (perUser === 'every') {
        this.metrics.conversions.incFor(tags, labels, weight);
      }
      return;
    }
    const all = attributed(record, tags);
    if (perUser === 'every') {
      this.metrics.conversions.incFor(all, labels, weight);
    } else {
      countOnce(record, `converted ${event}`, all, this.metrics.conversions.child(labels), weight);
    }
  }

  /** The flags that an occurrence counts for: those that its user was exposed to, and its own beside them. */
  attributed({ tags, user }: Occurrence): readonly Tag[] {
    return user === undefined ? tags : attributed(this.users.of(user), tags);
  }

  /** The event may be a step of some funnels. */
  stepped(event: string, { tags, user, weight }: Occurrence): void {
    const steps = this.steps.get(event);
    if (steps === undefined) {
      return;
    }
    const record = this.recordOf(event, user);
    for (const { funnel, index, ordered } of record === undefined ? [] : steps) {
      const taken = record?.steps.get(funnel) ?? 0;
      if (record === undefined || (ordered && taken < index)) {
        continue;
      }
      record.steps.set(funnel, Math.max(taken, index + 1));
      const labels = { [EVENT_LABELS.funnel]: funnel, [EVENT_LABELS.step]: event };
      const child = this.metrics.funnelSteps.child(labels);
      countOnce(record, `step ${funnel} ${String(index)}`, attributed(record, tags), child, weight);
    }
  }

  private recordOf(event: string, user: string | undefined): UserRecord | undefined {
    if (user === undefined) {
      this.onNoUser(event);
      return undefined;
    }
    return this.users.of(user);
  }
}

/** The features that the user was exposed to, and the event's own flags beside them. */
function attributed(record: UserRecord, tags: readonly Tag[]): Tag[] {
  return [...record.exposed.values(), ...tags.filter(({ flag }) => !record.exposed.has(flag))];
}

/** Counts what of it happens for the first time: at all, and under each flag and variant. */
function countOnce(
  record: UserRecord,
  mark: string,
  tags: readonly Tag[],
  child: SplitCounterChild,
  weight: number
): void {
  const fresh = tags.filter((tag) => record.first(`${mark} ${String(tag.id)}`));
  if (record.first(mark)) {
    child.incFor(fresh, weight);
    return;
  }
  for (const tag of fresh) {
    child.start(tag).add(weight);
  }
}
