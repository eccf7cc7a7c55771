import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

/** A dashboard that comes with the app. */
export interface BundledDashboard {
  uid: string;
  title: string;
  about: string;
}

/** The dashboards that come with the app. */
export const bundledDashboards: BundledDashboard[] = [
  { uid: 'flaglens-feature', title: 'Feature', about: 'one flag: the feature laid over its baseline' },
  { uid: 'flaglens-existing-application', title: 'Existing application', about: 'the baseline alone, kept apart' },
];

/** Whether this Grafana has a dashboard that the user may see. @throws FetchError if it does not say */
export async function hasDashboard(uid: string): Promise<boolean> {
  try {
    await lastValueFrom(
      getBackendSrv().fetch({ url: `/api/dashboards/uid/${uid}`, method: 'GET', showErrorAlert: false })
    );
    return true;
  } catch (error) {
    if (isFetchError(error) && (error.status === 404 || error.status === 403)) {
      return false;
    }
    throw error;
  }
}
