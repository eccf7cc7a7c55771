import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { existingApplicationDashboard } from './existingApplication';
import { featureDashboard } from './feature';

/** Every dashboard that ships, by the name of its file. */
export function allDashboards(): Map<string, Dashboard> {
  return new Map([
    ['feature.json', featureDashboard()],
    ['existing-application.json', existingApplicationDashboard()],
  ]);
}

/** The text of a dashboard's file. */
export function toJson(dashboard: Dashboard): string {
  return JSON.stringify(dashboard, null, 2) + '\n';
}
