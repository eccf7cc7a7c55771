import { EVALUATION_ERROR } from '../floor/conventions.js';
import type { WireEvent } from '../events/wire.js';
import { createOutbox } from './createOutbox.js';
import type { BrowserEvents, BrowserEventsOptions, BrowserProperties, Consent, TrackOptions } from './options.js';
import { pageTimings } from './pageTimings.js';
import { isPersonalText } from './personal.js';
import { refusal } from './refusal.js';
import { EXPOSURE, FLAG_LENGTH, LEAST_RATE, MOST_FLAGS, PAGE_TIMING, VITALS, WEB_VITAL } from './wireConstants.js';

/** Milliseconds that a measurement waits for the flags that the page evaluates after it. */
const SETTLING = 5000;

/** Says what a click on the element is on. */
const CLICK = 'data-flaglens-click';

/** Under this name the page knows its instances, also where two copies of this module are loaded. */
const INSTANCES = Symbol.for('flaglens.browser');

type Page = typeof globalThis & { [INSTANCES]?: Map<string, BrowserEvents> };

/**
 * Counts what happens in a page into the metrics of a service, split by the flags in force. A second call for the same
 * endpoint answers the first one's instance, whatever its other options.
 *
 * It is written in closures rather than classes, whose members no minifier shortens.
 */
export function createBrowserEvents(options: BrowserEventsOptions): BrowserEvents {
  const { endpoint, consent = 'pending', sampleRate = 1, unsampled = [], onWarning } = options;
  const inPage = typeof document !== 'undefined';
  const instances = inPage ? ((globalThis as Page)[INSTANCES] ??= new Map<string, BrowserEvents>()) : undefined;
  const existing = instances?.get(endpoint);
  if (existing) {
    return existing;
  }

  const outbox = createOutbox(options);
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const warned = new Set<string>();
  const exposed = new Set<string>();
  const held = new Set<() => void>();
  let flags: Record<string, string> = {};
  let said: Consent = consent;
  let captured: readonly [event: string, targets: readonly string[]] = ['', []];
  let vitals = false;
  let timing = false;

  const warn = (message: string): void => {
    if (!warned.has(message)) {
      warned.add(message);
      onWarning?.(`Flaglens: ${message}`);
    }
  };

  /** Keeps failures, also those of the page's own `onWarning`, away from the page. Nothing happens once it is let go of. */
  const guard =
    <Args extends unknown[]>(action: (...args: Args) => void): ((...args: Args) => void) =>
    (...args) => {
      try {
        if (inPage && !signal.aborted) {
          action(...args);
        }
      } catch (error) {
        try {
          warn(String(error));
        } catch {
          // The page's own.
        }
      }
    };

  const on = (target: EventTarget, type: string, action: (event: Event) => void): void =>
    target.addEventListener(type, guard(action), { signal, capture: true });

  const isHidden = (): boolean => document.visibilityState === 'hidden';

  /** Whether the page is rendered ahead: it may never be seen. */
  const isAhead = (): unknown => 'prerendering' in document && document.prerendering;

  const leave = guard(() => {
    held.forEach((action) => action());
    outbox.leave();
  });

  /** Answers whether the event is on its way. */
  const record = (name: string, p: WireEvent['p'], critical = false, f: WireEvent['f'] = flags): boolean => {
    const always = critical || name === EXPOSURE || unsampled.includes(name);
    const r = always ? 1 : Math.max(sampleRate, LEAST_RATE);
    if (Math.random() >= r) {
      return false;
    }
    if (!outbox.admits(critical)) {
      outbox.drop();
      return false;
    }
    const event: WireEvent = { n: name, t: Date.now(), f, p, r: r < 1 ? r : undefined };
    outbox.add(JSON.stringify(event), critical);
    if (isHidden()) {
      // Nothing tells a hidden page of its end.
      queueMicrotask(leave);
    }
    return true;
  };

  /** Records when the flags had time to be evaluated, at the latest when the page is hidden. */
  const measure = (name: string, p: WireEvent['p']): void => {
    const action = (): void => {
      if (held.delete(action)) {
        record(name, p);
      }
    };
    held.add(action);
    if (isHidden()) {
      action();
    }
    setTimeout(guard(action), SETTLING);
  };

  const textOf = (value: unknown): string =>
    (typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, FLAG_LENGTH);

  /** The flags with their variants, without those that hold personal data. */
  const accepted = (given: Readonly<Record<string, unknown>>): Record<string, string> => {
    const variants = Object.entries(given).map(([key, value]) => [key, textOf(value)] as const);
    const kept = variants.filter(([key, variant]) => !isPersonalText(key) && !isPersonalText(variant));
    if (kept.length < variants.length) {
      warn('a flag holds personal data');
    }
    return Object.fromEntries(kept.slice(0, MOST_FLAGS));
  };

  const track = (
    name: string,
    properties: BrowserProperties = {},
    { critical = false, flags: given }: TrackOptions = {}
  ) => {
    // The check costs more than all the rest, and is not for what is dropped anyway.
    const reason = outbox.admits(critical) ? refusal(name, properties) : undefined;
    if (reason) {
      warn(reason);
    } else {
      record(name, properties, critical, given && accepted(given));
    }
  };

  const clicked = ({ target }: Event): void => {
    const element = target instanceof Element ? target.closest(`[${CLICK}]`) : undefined;
    const [event, targets] = captured;
    const chosen = element?.getAttribute(CLICK);
    if (chosen && targets.includes(chosen)) {
      track(event, { target: chosen });
    }
  };

  const setConsent = (consent: Consent): void => {
    said = consent;
    if (consent === 'denied') {
      exposed.clear();
    }
    outbox.setConsent(consent === 'granted' && isAhead() ? 'pending' : consent);
  };

  const events: BrowserEvents = {
    track: guard(track),
    expose: guard(({ flags: given } = {}) => {
      const shown = Object.entries(given ? accepted(given) : flags).filter((pair) => !exposed.has(pair.join(' ')));
      if (shown.length > 0 && record(EXPOSURE, undefined, false, Object.fromEntries(shown))) {
        shown.forEach((pair) => exposed.add(pair.join(' ')));
      }
    }),
    setFlags: guard((next) => {
      flags = accepted(next);
    }),
    hook: {
      finally: guard((_context, { flagKey, value, variant, reason, errorCode }) => {
        const served = errorCode || reason === 'ERROR' ? EVALUATION_ERROR : variant === '' ? value : (variant ?? value);
        flags = accepted({ ...flags, [flagKey]: served });
      }),
    },
    captureClicks: guard((event, targets) => {
      captured = [event, targets];
    }),
    webVitals: guard((library) => {
      if (vitals) {
        return;
      }
      vitals = true;
      const seen = new Set<string>();
      for (const name of VITALS) {
        library[`on${name}`]?.(
          guard(({ id, value }) => {
            // A vital is reported again when it has grown since the page was hidden first.
            if (!seen.has(id)) {
              seen.add(id);
              measure(WEB_VITAL, { name, value: name === 'CLS' ? value : value / 1000 });
            }
          })
        );
      }
    }),
    pageTiming: guard(() => {
      if (timing) {
        return;
      }
      timing = true;
      const read = (): void => {
        if (isAhead()) {
          // When its visitor came is not known before.
          on(document, 'prerenderingchange', read);
        } else {
          // The load is complete only once the handlers of its event are done.
          setTimeout(guard(() => pageTimings().forEach((timing) => measure(PAGE_TIMING, { ...timing }))));
        }
      };
      if (document.readyState === 'complete') {
        read();
      } else {
        on(window, 'load', read);
      }
    }),
    setConsent: guard(setConsent),
    flush: guard(outbox.flush),
    stop: guard(() => {
      leave();
      lifetime.abort();
      instances?.delete(endpoint);
      outbox.stop();
    }),
  };

  guard(() => {
    instances?.set(endpoint, events);
    events.setFlags(options.flags ?? {});
    setConsent(consent);
    on(document, 'visibilitychange', () => isHidden() && leave());
    on(document, 'prerenderingchange', () => setConsent(said));
    on(document, 'click', clicked);
    on(window, 'pagehide', leave);
    on(window, 'pageshow', outbox.resume);
    on(window, 'online', outbox.resume);
  })();
  return events;
}
