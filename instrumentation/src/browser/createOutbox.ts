import type { WireBatch } from '../events/wire.js';
import { createStore } from './createStore.js';
import type { BrowserEventsOptions, Consent } from './options.js';
import { post } from './post.js';
import { randomId } from './randomId.js';
import { AGE_MS, MOST_EVENTS, VERSION } from './wireConstants.js';

/** Bytes of one request: what browsers send from a page that ends is bounded to 64 KB, all requests together. */
const BODY_BYTES = 60_000;

/** A batch that waits to be delivered: what is stored of it, too. */
interface Batch extends Pick<WireBatch, 'id' | 'session'> {
  /** The events, each as JSON, with commas between them. */
  events: string;
  count: number;
  /** Bytes of the events. */
  size: number;
  dropped: number;
  /** When the batch was closed, in milliseconds since 1970. */
  closed: number;
  stored?: boolean;
  /** A beacon has carried it already, and whether it arrived nobody knows. */
  beaconed?: boolean;
}

function isOld({ closed }: Batch): boolean {
  return Date.now() - closed > AGE_MS;
}

/** Events on their way to the collector. */
export interface Outbox {
  /** Whether another event would be queued. Asked before work is spent on it. */
  admits: (critical: boolean) => boolean;
  /** Counts an event that was not admitted. */
  drop: () => void;
  /** Queues an event. */
  add: (json: string, critical: boolean) => void;
  /** Sends what waits, unless a retry is due later. */
  flush: () => void;
  /** Hands all to the browser, which delivers it after the page's end. */
  leave: () => void;
  /** The network is back: tries at once, unless the server wants to be left alone. */
  resume: () => void;
  setConsent: (consent: Consent) => void;
  /** Sends no more, and forgets what memory holds. What is stored is left to the next page. */
  stop: () => void;
}

/**
 * A bounded queue in front of the collector. One request is under way at a time. Failed batches are tried again with
 * exponential backoff and jitter, by the same id, so that the collector can tell a repeated batch from a new one.
 */
export function createOutbox(options: BrowserEventsOptions): Outbox {
  const { endpoint, flushInterval = 5000, batchSize = 50, queueBytes = 262_144, storage = 'local' } = options;
  const prefix = `flaglens:${endpoint}:`;
  const store = createStore(
    () => (storage === 'none' ? undefined : storage === 'local' ? localStorage : sessionStorage),
    prefix
  );
  const sessions = createStore(() => sessionStorage, 'flaglens-session:');
  const encoder = new TextEncoder();

  let granted = false;
  let denied = true;
  let session = '';
  let events: Array<[json: string, size: number]> = [];
  let batches: Batch[] = [];
  let queued = 0;
  let dropped = 0;
  let flying: Batch | undefined;
  /** What came while a batch was under way waits no longer than for that. */
  let hurry = false;
  let failures = 0;
  /** No request before this time, and not before this one even if the network comes back. */
  let pause = 0;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Infinity;

  const sleep = (): void => {
    clearTimeout(timer);
    due = Infinity;
  };

  const empty = (): void => {
    batches = [];
    events = [];
    queued = dropped = 0;
    session = '';
  };

  const wake = (ms: number): void => {
    const at = Math.max(Date.now() + ms, pause);
    if (granted && at < due) {
      clearTimeout(timer);
      due = at;
      timer = setTimeout(flush, at - Date.now());
    }
  };

  const unstore = (batch: Batch): void => {
    if (batch.stored) {
      store.remove(batch.id);
      batch.stored = false;
    }
  };

  const keep = (batch: Batch): void => {
    batch.stored = batch.stored === true || (granted && store.set(batch.id, JSON.stringify(batch)));
  };

  const forget = (batch: Batch): void => {
    if (batches.includes(batch)) {
      batches = batches.filter((other) => other !== batch);
      queued -= batch.size;
    }
    unstore(batch);
  };

  /** Closes one batch over the oldest events. */
  const close = (): void => {
    let size = 0;
    let count = 0;
    for (const [, bytes] of events) {
      if (count > 0 && (count >= Math.min(batchSize, MOST_EVENTS) || size + bytes > BODY_BYTES)) {
        break;
      }
      size += bytes;
      count++;
    }
    const json = events.splice(0, count).map(([text]) => text);
    batches.push({ id: randomId(), session, events: json.join(), count, size, dropped, closed: Date.now() });
    dropped = 0;
  };

  const body = ({ id, session, events, dropped }: Batch): string => {
    const head: Omit<WireBatch, 'events'> = { v: VERSION, id, session, sent: Date.now(), dropped };
    return `${JSON.stringify(head).slice(0, -1)},"events":[${events}]}`;
  };

  const send = async (batch: Batch): Promise<void> => {
    flying = batch;
    const outcome = await post(endpoint, body(batch), failures === 0);
    flying = undefined;
    if (typeof outcome === 'number') {
      if (batches.includes(batch)) {
        // Behind the others, so that a batch that the server stumbles over does not hold them up.
        batches = [...batches.filter((other) => other !== batch), batch];
        keep(batch);
      }
      // Half of the delay is random, so that pages that failed together do not come back together.
      const delay = Math.min(1000 * 2 ** failures++, 60_000) * (0.5 + Math.random() / 2);
      asked = Date.now() + outcome;
      pause = Math.max(asked, Date.now() + delay);
    } else {
      failures = 0;
      if (outcome === 'refused' && batches.includes(batch)) {
        dropped += batch.count + batch.dropped;
      }
      forget(batch);
    }
    if (batches.length + events.length > 0) {
      wake(hurry || batches.length > 0 || events.length >= batchSize ? 0 : flushInterval);
    }
  };

  const flush = (): void => {
    sleep();
    hurry = flying !== undefined;
    if (!granted || hurry) {
      return;
    }
    if (Date.now() < pause) {
      wake(0);
      return;
    }
    if (batches.length < 2 && events.length > 0) {
      close();
    }
    const [batch] = batches;
    if (!batch) {
      return;
    }
    if (isOld(batch)) {
      dropped += batch.count + batch.dropped;
      forget(batch);
      flush();
    } else if (batch.stored && store.get(batch.id) === null) {
      // Another page of this site has delivered it, or the visitor has cleared the storage.
      forget(batch);
      flush();
    } else {
      void send(batch);
    }
  };

  /** Takes over the batches that earlier pages could not deliver, as far as there is room. */
  const adopt = (): void => {
    for (const id of store.keys()) {
      try {
        const batch = JSON.parse(store.get(id) ?? '') as Batch;
        if (queued + batch.size < queueBytes) {
          batches.push({ ...batch, stored: true });
          queued += batch.size;
        }
      } catch {
        // Nothing that this library wrote.
        store.remove(id);
      }
    }
  };

  return {
    admits: (critical) => !denied && queued < queueBytes * (critical ? 1 : 0.8),
    drop: () => {
      dropped += denied ? 0 : 1;
    },
    add: (json, critical) => {
      const size = encoder.encode(json).length + 1;
      if (size > BODY_BYTES) {
        dropped++;
        return;
      }
      events.push([json, size]);
      queued += size;
      wake(critical || events.length >= batchSize ? 0 : flushInterval);
    },
    flush,
    resume: () => {
      pause = asked;
      wake(0);
    },
    leave: () => {
      while (granted && events.length > 0) {
        close();
      }
      for (const batch of granted ? batches : []) {
        const underWay = batch === flying && failures === 0;
        if (underWay || batch.stored || batch.beaconed) {
          continue;
        }
        batch.beaconed = navigator.onLine && 'sendBeacon' in navigator && navigator.sendBeacon(endpoint, body(batch));
        if (!batch.beaconed) {
          keep(batch);
        } else if (failures === 0) {
          // As good as delivered. Where the server has been failing it is tried again, should the page live on.
          forget(batch);
        }
      }
      // What no beacon took, because the browser has none or the room for them is spent.
      flush();
    },
    setConsent: (consent) => {
      const before = granted;
      granted = consent === 'granted';
      denied = consent === 'denied';
      if (granted) {
        if (before) {
          return;
        }
        session = sessions.get(endpoint) ?? (session || randomId());
        sessions.set(endpoint, session);
        adopt();
        wake(0);
        return;
      }
      sleep();
      // What earlier pages stored waits for the visitor's answer; what was stored after it was given goes with it.
      if (denied || before) {
        store.keys().forEach(store.remove);
        sessions.remove(endpoint);
        batches.forEach((batch) => (batch.stored = false));
      }
      if (denied) {
        empty();
      }
    },
    stop: () => {
      granted = false;
      denied = true;
      sleep();
      empty();
    },
  };
}
