import { WIRE_ID, WIRE_LIMITS, WIRE_VERSION, type WireBatch, type WireEvent, type WireValue } from '../events/wire.js';

/** A batch of which the frame is sound; its events are yet to be looked at, each for itself. */
export interface ParsedBatch extends Omit<WireBatch, 'events'> {
  dropped: number;
  events: readonly unknown[];
}

/** Reads a batch; undefined if it is none. */
export function parseBatch(text: string): ParsedBatch | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) {
    return undefined;
  }
  const { v, sent, dropped = 0, id, session, events } = value;
  const sound =
    v === WIRE_VERSION &&
    isFinite(sent) &&
    isFinite(dropped) &&
    dropped >= 0 &&
    typeof id === 'string' &&
    WIRE_ID.test(id) &&
    typeof session === 'string' &&
    WIRE_ID.test(session) &&
    Array.isArray(events) &&
    events.length <= WIRE_LIMITS.events;
  return sound ? { v, sent, dropped, id, session, events } : undefined;
}

/** An event of a batch; undefined if it is none, or beyond a limit. */
export function parseEvent(value: unknown): WireEvent | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { n, t, f = {}, p = {}, r = 1 } = value;
  const sound =
    typeof n === 'string' &&
    n.length <= WIRE_LIMITS.nameLength &&
    isFinite(t) &&
    isFinite(r) &&
    r >= WIRE_LIMITS.sampleRate &&
    r <= 1;
  return sound && isFlags(f) && isProperties(p) ? { n, t, f, p, r } : undefined;
}

function isFlags(value: unknown): value is Record<string, string> {
  return (
    isRecord(value) &&
    bounded(value, WIRE_LIMITS.flags, ([flag, variant]) => {
      return isText(flag, WIRE_LIMITS.flagLength) && isText(variant, WIRE_LIMITS.flagLength);
    })
  );
}

function isProperties(value: unknown): value is Record<string, WireValue> {
  return (
    isRecord(value) &&
    bounded(value, WIRE_LIMITS.properties, ([name, property]) => {
      const plain = property === null || typeof property === 'boolean' || isFinite(property);
      return isText(name, WIRE_LIMITS.textLength) && (plain || isText(property, WIRE_LIMITS.textLength));
    })
  );
}

function bounded(value: Record<string, unknown>, most: number, check: (entry: [string, unknown]) => boolean): boolean {
  const entries = Object.entries(value);
  return entries.length <= most && entries.every(check);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}
