import type { IncomingMessage } from 'node:http';
import type { Tag } from '../context/Tag.js';
import { TagSet } from '../context/TagSet.js';
import type { Events } from '../events/Events.js';
import type { DropReason } from '../events/names.js';
import { WIRE_LIMITS } from '../events/wire.js';
import type { SeriesCounter } from '../metrics/SeriesCounter.js';
import { BEACON_OUTCOMES, type BeaconOutcome, type CollectorOptions } from './options.js';
import { allowedOrigin } from './origins.js';
import { parseBatch, parseEvent, type ParsedBatch } from './parseBatch.js';
import { RateLimiter } from './RateLimiter.js';
import { readBody, type BodyProblem } from './readBody.js';
import { RecentIds } from './RecentIds.js';

/** What a request is answered. */
export interface CollectorAnswer {
  outcome: BeaconOutcome;
  status: number;
  headers: Record<string, string>;
  /** Whether bytes of the body may still be on their way, so that the connection cannot be used again. */
  close: boolean;
}

const STATUS: Readonly<Record<BeaconOutcome, number>> = {
  taken: 204,
  duplicate: 204,
  preflight: 204,
  method: 405,
  origin: 403,
  content_type: 415,
  malformed: 400,
  too_large: 413,
  rate_limited: 429,
  busy: 503,
  timeout: 408,
  aborted: 400,
  failed: 503,
};

const BODY_OUTCOMES: Readonly<Record<BodyProblem, BeaconOutcome>> = {
  too_large: 'too_large',
  malformed: 'malformed',
  unsupported: 'content_type',
  timeout: 'timeout',
  aborted: 'aborted',
  // The set-up is at fault, not the batch: it may come again.
  'read already': 'failed',
};

const CONTENT_TYPES = ['text/plain', 'application/json'];

/** Seconds after which a browser may try again if the queue is full. */
const BUSY_SECONDS = 5;

/** Events that one batch can say were dropped. A hostile client can say what it likes. */
const MOST_DROPPED = 1000;

const CLIENTS = 10_000;
const BATCHES = { most: 10_000, ttl: 3_600_000 };

/** Takes the batches of browsers: limits first, then the form, then event by event what may come from a browser. */
export class Collector {
  private readonly limiter: RateLimiter;
  private readonly batches: RecentIds;
  private readonly beacons: SeriesCounter;
  private readonly events: Events;
  /** The registered flags that are collected: what a browser may name. */
  private readonly tags = new Map<string, Map<string, Tag>>();

  constructor(private readonly options: CollectorOptions) {
    const now = options.now ?? Date.now;
    const { perClient = { perSecond: 20, burst: 400 }, overall = { perSecond: 2000, burst: 8000 } } = options;
    this.limiter = new RateLimiter(perClient, overall, CLIENTS, now);
    this.batches = new RecentIds(BATCHES.most, BATCHES.ttl, now);
    this.events = options.events;
    const { metrics, flags } = this.events.shared;
    this.beacons = metrics.seriesCounter({
      name: 'flaglens_beacons_total',
      help: 'Batches of events from browsers, by what became of them',
      labelNames: ['outcome'],
    });
    for (const outcome of BEACON_OUTCOMES) {
      this.beacons.series({ outcome });
    }
    this.events.metrics.startMeasurements();
    flags.onAdded((tags) => this.know(tags));
    this.know(flags.tags());
  }

  /** Takes a request and says what to answer. It does not throw. */
  async take(request: IncomingMessage): Promise<CollectorAnswer> {
    let origin: string | undefined;
    let outcome: BeaconOutcome = 'failed';
    let wait = 0;
    try {
      origin = allowedOrigin(request, this.options.origins ?? 'same-origin');
      [outcome, wait] = await this.outcome(request, origin !== undefined);
    } catch (error) {
      this.events.shared.host.failed('collector', error);
    }
    this.count(outcome);
    return {
      outcome,
      status: STATUS[outcome],
      headers: { ...corsHeaders(origin, outcome), ...(wait > 0 ? { 'retry-after': String(Math.ceil(wait)) } : {}) },
      close: !request.readableEnded && outcome !== 'preflight',
    };
  }

  private async outcome(
    request: IncomingMessage,
    originAllowed: boolean
  ): Promise<[outcome: BeaconOutcome, retryAfterSeconds: number]> {
    if (request.method !== 'POST' && request.method !== 'OPTIONS') {
      return ['method', 0];
    }
    if (!originAllowed) {
      return ['origin', 0];
    }
    if (request.method === 'OPTIONS') {
      return ['preflight', 0];
    }
    const client = this.clientOf(request);
    const wait = this.limiter.take(client, 1);
    if (wait > 0) {
      return ['rate_limited', wait];
    }
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (!CONTENT_TYPES.includes(type)) {
      return ['content_type', 0];
    }
    const { bodyBytes = WIRE_LIMITS.bodyBytes, bodyTimeout = 10_000 } = this.options;
    const body = await readBody(request, bodyBytes, bodyTimeout);
    if ('problem' in body) {
      if (body.problem === 'read already') {
        this.events.shared.host.warn(
          "flaglens: the collector's batches cannot be read, since a body parser before it has taken them: leave its route out"
        );
      }
      return [BODY_OUTCOMES[body.problem], 0];
    }
    const batch = parseBatch(body.text);
    return batch === undefined ? ['malformed', 0] : this.takeBatch(batch, client, request);
  }

  private takeBatch(batch: ParsedBatch, client: string, request: IncomingMessage): [BeaconOutcome, number] {
    if (this.batches.has(batch.id)) {
      return ['duplicate', 0];
    }
    const more = batch.events.length - 1;
    const wait = more > 0 ? this.limiter.take(client, more) : 0;
    if (wait > 0) {
      // A batch above the burst could never pass: there is nothing to wait for.
      return Number.isFinite(wait) ? ['rate_limited', wait] : ['too_large', 0];
    }
    if (this.events.room < batch.events.length) {
      return ['busy', BUSY_SECONDS];
    }
    this.batches.add(batch.id);
    if (batch.dropped > 0) {
      this.events.dropped('in_browser', Math.min(Math.floor(batch.dropped), MOST_DROPPED));
    }
    const user = this.userOf(request) ?? this.sessionOf(batch);
    for (const value of batch.events) {
      const reason = this.takeEvent(value, batch.sent, user);
      if (reason !== undefined) {
        this.events.dropped(reason);
      }
    }
    return ['taken', 0];
  }

  private takeEvent(value: unknown, sent: number, user: string | undefined): DropReason | undefined {
    const event = parseEvent(value);
    if (event === undefined) {
      return 'malformed';
    }
    // The browser's clock may be wrong by years: only the time between its own two readings means anything.
    if (sent - event.t > WIRE_LIMITS.ageMs) {
      return 'too_old';
    }
    return this.events.receive({
      name: event.n,
      properties: event.p ?? {},
      tags: this.tagsOf(event.f ?? {}),
      user,
      rate: this.rateOf(event.r ?? 1),
    });
  }

  /** The rate that an event was sampled by: the service's, or 1 where the browser claims another. */
  private rateOf(claimed: number): number {
    const { sampleRate = 1 } = this.options;
    if (claimed < 1 && claimed !== sampleRate) {
      this.events.shared.host.warn(
        `flaglens: browsers say that they send a part of their events, which the collector's sampleRate does not say; each counts as one`
      );
      return 1;
    }
    return claimed;
  }

  /** The registered flags and variants among those that a browser names. It can make no series of its own. */
  private tagsOf(flags: Readonly<Record<string, string>>): Tag[] {
    const { collection, labels } = this.events.shared;
    // Keys that are alike as far as they are kept are one flag, under which an event counts once.
    const tags = new TagSet();
    for (const [flag, variant] of Object.entries(flags)) {
      const tag = this.tags.get(labels.keyOf(flag))?.get(labels.keyOf(variant));
      if (tag !== undefined && collection.wants(flag)) {
        tags.add(tag);
      }
    }
    return [...tags.list];
  }

  private know(tags: readonly Tag[]): void {
    for (const tag of tags) {
      const variants = this.tags.get(tag.flag) ?? new Map<string, Tag>();
      variants.set(tag.variant, tag);
      this.tags.set(tag.flag, variants);
    }
  }

  /** A pseudonym, so that no address is kept. */
  private clientOf(request: IncomingMessage): string {
    const client = this.options.client === undefined ? request.socket.remoteAddress : this.options.client(request);
    return this.events.pseudonyms.of(client ?? 'unknown') ?? 'unknown';
  }

  /** The pseudonym of who is signed in. */
  private userOf(request: IncomingMessage): string | undefined {
    const user = this.events.shared.host.run('collector.user', () => this.options.user?.(request));
    return this.events.pseudonyms.of(user);
  }

  /** The pseudonym of the browser's session: never a user's, should a hostile client name a user's id as its session. */
  private sessionOf({ session }: ParsedBatch): string | undefined {
    return this.events.pseudonyms.of(`session ${session}`);
  }

  private count(outcome: BeaconOutcome): void {
    this.beacons.inc({ outcome });
  }
}

function corsHeaders(origin: string | undefined, outcome: BeaconOutcome): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store', vary: 'Origin' };
  if (outcome === 'method') {
    headers.allow = 'POST, OPTIONS';
  }
  if (origin !== undefined) {
    headers['access-control-allow-origin'] = origin;
    headers['access-control-expose-headers'] = 'Retry-After';
  }
  if (outcome === 'preflight') {
    headers['access-control-allow-methods'] = 'POST';
    headers['access-control-allow-headers'] = 'Content-Type, Content-Encoding';
    headers['access-control-max-age'] = '86400';
  }
  return headers;
}
