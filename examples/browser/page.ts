/** What the page does: its events go to the service that it came from. */
import { createBrowserEvents } from '@flaglens/instrumentation/browser';
import { OpenFeature, TypedInMemoryProvider } from '@openfeature/web-sdk';
import * as webVitals from 'web-vitals';

// A page with a consent banner begins with `pending` and calls `setConsent` with what its visitor says.
const events = createBrowserEvents({ endpoint: '/events', consent: 'granted', flushInterval: 1000 });
events.webVitals(webVitals);
events.pageTiming();
events.captureClicks('button_clicked', ['buy', 'help']);

// Stands for the page's provider. The hook tells the events which flags the page evaluates.
OpenFeature.addHooks(events.hook);
await OpenFeature.setProviderAndWait(
  new TypedInMemoryProvider({
    'new-prices': { variants: { off: false, on: true }, defaultVariant: 'on', disabled: false },
  })
);
const cheaper = OpenFeature.getClient().getBooleanValue('new-prices', false);
events.expose();

const price = document.querySelector('#price');
if (price !== null) {
  price.textContent = cheaper ? '9 €' : '10 €';
}
document.querySelector('#buy')?.addEventListener('click', () => events.track('product_added'));
