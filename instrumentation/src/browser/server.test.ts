import { createBrowserEvents } from './index';

describe('on a server, where a page is rendered', () => {
  test('nothing is there that it needs', () => {
    expect(['document', 'window', 'localStorage'].filter((name) => name in globalThis)).toEqual([]);
  });

  test('every method does nothing', () => {
    const fetched = jest.spyOn(globalThis, 'fetch');
    const warnings: string[] = [];
    const events = createBrowserEvents({
      endpoint: '/collect',
      consent: 'granted',
      flags: { 'checkout-v2': 'on' },
      onWarning: (message) => warnings.push(message),
    });
    events.track('product_added', { number: 1 }, { critical: true });
    events.track('not a name');
    events.expose();
    events.setFlags({ 'checkout-v2': 'off' });
    events.hook.finally({}, { flagKey: 'checkout-v2', value: true });
    events.captureClicks('button_clicked', ['buy']);
    events.webVitals({
      onLCP: () => {
        throw new Error('nothing is measured here');
      },
    });
    events.pageTiming();
    events.setConsent('granted');
    events.flush();
    events.stop();
    expect(warnings).toEqual([]);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('instances are not shared: requests of different visitors have nothing in common', () => {
    const options = { endpoint: '/collect' };
    expect(createBrowserEvents(options)).not.toBe(createBrowserEvents(options));
  });
});
