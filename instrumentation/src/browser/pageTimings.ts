import type { PageTiming } from '../events/wire.js';

/** How long the page took to load, by its Navigation Timing; nothing where the browser does not tell. */
export function pageTimings(): PageTiming[] {
  const [navigation] = performance.getEntriesByType('navigation');
  if (!(navigation instanceof PerformanceNavigationTiming)) {
    return [];
  }
  // A page that was rendered ahead begins for its visitor when it is activated.
  const start = 'activationStart' in navigation ? Number(navigation.activationStart) : 0;
  const at = (name: PageTiming['name'], ms: number): PageTiming => ({ name, value: Math.max(0, ms - start) / 1000 });
  return [
    at('response', navigation.responseEnd),
    at('interactive', navigation.domInteractive),
    at('content_loaded', navigation.domContentLoadedEventEnd),
    at('load', navigation.loadEventEnd),
  ];
}
