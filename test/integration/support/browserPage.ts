/** What the pages of the browser tests run: bundled by BrowserLab, with every library that a page would load. */
import { createBrowserEvents, type BrowserEvents, type BrowserEventsOptions } from '@flaglens/instrumentation/browser';
import { TypedInMemoryProvider, OpenFeature } from '@openfeature/web-sdk';
import * as webVitals from 'web-vitals';

/** What the tests find on `window`. */
export interface Lab {
  start: (options: BrowserEventsOptions) => BrowserEvents;
  /** The events of the page that {@link start} made last. */
  events?: BrowserEvents;
  warnings: string[];
  webVitals: typeof webVitals;
  /** Evaluates flags by the real OpenFeature web SDK, with the hook of the events. */
  evaluate: (events: BrowserEvents) => Promise<void>;
}

declare global {
  interface Window {
    lab: Lab;
  }
}

window.lab = {
  warnings: [],
  webVitals,
  start: (options) => {
    const events = createBrowserEvents({ onWarning: (message) => window.lab.warnings.push(message), ...options });
    window.lab.events = events;
    return events;
  },
  evaluate: async (events) => {
    OpenFeature.addHooks(events.hook);
    await OpenFeature.setProviderAndWait(
      new TypedInMemoryProvider({
        'checkout-v2': { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false },
        'search-ranking': { variants: { control: 'a', best: 'b' }, defaultVariant: 'control', disabled: false },
      })
    );
    const client = OpenFeature.getClient();
    client.getBooleanValue('checkout-v2', false);
    client.getStringValue('search-ranking', 'a');
    client.getStringValue('missing', 'default');
  },
};
