import { locationUtil } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, LinkButton } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';

import { useLoaded } from '../../../shared/useLoaded';

async function isEnabled(): Promise<boolean | undefined> {
  const url = '/api/plugins/flaglens-app/settings';
  const { data } = await lastValueFrom(
    getBackendSrv().fetch<{ enabled?: boolean } | undefined>({ url, method: 'GET', showErrorAlert: false })
  );
  return data?.enabled;
}

/** The way to Setup, or, where the app is not enabled in this organization, who has to enable it. */
export function AppNotice({ uid }: { uid: string }) {
  // Whoever may not ask is not told: the page works without the app.
  const enabled = useLoaded(isEnabled);
  if (enabled.value === false) {
    return (
      <Alert severity="info" title="The Flaglens app is not enabled in this organization">
        Setup and the dashboards are missing here until an administrator enables it on{' '}
        <a href={locationUtil.assureBaseUrl('/plugins/flaglens-app')}>the page of the plugin</a>. This data source works
        without it.
      </Alert>
    );
  }
  return (
    <div>
      <LinkButton
        size="sm"
        variant="secondary"
        icon="search"
        href={locationUtil.assureBaseUrl(`/a/flaglens-app/setup?datasource=${encodeURIComponent(uid)}`)}
      >
        Let Setup find flags and metrics
      </LinkButton>
    </div>
  );
}
