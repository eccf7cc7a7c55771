import { type EventBus } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';

/** A field of something that may be an object. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

/**
 * Asks the dashboard to run its queries again. Grafana has no call for that: dashboards made of scenes do so through
 * the time range of the scene on the page; other hosts hear the event on the panel's bus.
 */
export function refreshDashboard(eventBus: EventBus): void {
  const timeRange = fieldOf(fieldOf(fieldOf(window, '__grafanaSceneContext'), 'state'), '$timeRange');
  const refresh = fieldOf(timeRange, 'onRefresh');
  if (typeof refresh === 'function') {
    Reflect.apply(refresh, timeRange, []);
    return;
  }
  eventBus.publish(new RefreshEvent());
}
