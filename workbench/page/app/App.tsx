import { getBackendSrv, locationService } from '@grafana/runtime';
import {
  ErrorBoundaryAlert,
  GlobalStyles,
  LinkButton,
  LoadingPlaceholder,
  PortalContainer,
  ThemeContext,
} from '@grafana/ui';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { DashboardPage } from '../dashboard/DashboardPage';
import type { DashboardEntry } from '../dashboard/model';
import { DemoPage } from '../demo/DemoPage';
import { ExplorePage } from '../explore/ExplorePage';
import { datasourceUid } from '../host/DatasourceService';
import type { Services } from '../host/installServices';
import { SettingsPage } from '../settings/SettingsPage';
import { AppHost } from './AppHost';
import { type AppManifest, appId, pagesOf } from './appPages';
import { Failure } from './Failure';
import { HostRouter } from './HostRouter';
import { Notices } from './Notices';
import { Page } from './Page';
import { initialMode, type Mode, rememberMode, themeOf } from './theme';
import { TopBar } from './TopBar';
import { useAddress } from './useAddress';
import { useAsync } from './useAsync';

interface AppProps {
  services: Services;
}

/** What the bar shows while it is not known where one can go. */
const nowhere = { dashboards: [], pages: [] };

/** The workbench: theme, bar, and the page that the address names. */
export function App({ services }: AppProps) {
  const [mode, setMode] = useState<Mode>(() => initialMode(locationService.getSearch()));
  const theme = useMemo(() => themeOf(mode), [mode]);
  const load = useCallback(async () => {
    const [dashboards, app] = await Promise.all([
      getBackendSrv().get<DashboardEntry[]>('/api/search'),
      getBackendSrv().get<AppManifest>(`/api/plugins/${appId}/settings`),
      services.datasources.reload(),
    ]);
    return { dashboards, pages: pagesOf(app) };
  }, [services]);
  const [state, retry] = useAsync(load);
  const change = (next: Mode) => {
    rememberMode(next);
    setMode(next);
    // The address would otherwise bring the former theme back on reload.
    locationService.partial({ theme: null }, true);
  };
  return (
    <ThemeContext.Provider value={theme}>
      <HostRouter>
        <GlobalStyles />
        <TopBar {...(state.status === 'done' ? state.value : nowhere)} mode={mode} onMode={change} />
        {state.status === 'loading' && <LoadingPlaceholder text="Loading the plugin" />}
        {state.status === 'failed' && (
          <Page title="Flaglens">
            <Failure title="The plugin could not be loaded" message={state.message} onRetry={retry} />
          </Page>
        )}
        {state.status === 'done' && (
          <ErrorBoundaryAlert title="This page failed">
            <Route services={services} dashboards={state.value.dashboards} />
          </ErrorBoundaryAlert>
        )}
        <Notices events={services.events} />
        <PortalContainer />
      </HostRouter>
    </ThemeContext.Provider>
  );
}

interface RouteProps {
  services: Services;
  dashboards: DashboardEntry[];
}

function Route({ services, dashboards }: RouteProps) {
  const { path, search } = useAddress();
  const parameters = search.toString();
  const noDatasource = services.datasources.usual === undefined;
  // The dashboard of one feature is what the product is about.
  const first = dashboards.find(({ uid }) => uid === 'flaglens-feature') ?? dashboards[0];
  useEffect(() => {
    if (path === '/' && noDatasource) {
      locationService.replace(`/a/${appId}`);
    } else if (path === '/' && first) {
      locationService.replace(`/d/${first.uid}${parameters === '' ? '' : `?${parameters}`}`);
    }
  }, [path, parameters, first, noDatasource]);
  if (path === '/') {
    return first || noDatasource ? null : (
      <Page title="No dashboards">
        <p>The folder dashboards/generated is empty. Fill it with `npm run generate -w dashboards`.</p>
      </Page>
    );
  }
  const [, area, uid, , connection] = path.split('/');
  if (area === 'a' && uid === appId) {
    return <AppHost id={appId} />;
  }
  if (area === 'connections' && connection !== undefined) {
    return <SettingsPage key={connection} uid={connection} services={services} />;
  }
  if (noDatasource && (area === 'd' || area === 'explore')) {
    return (
      <Page title="No datasource">
        <p>There is no Flaglens datasource yet. Setup makes one from a Prometheus.</p>
        <LinkButton href={`/a/${appId}/setup`}>Open Setup</LinkButton>
      </Page>
    );
  }
  if (area === 'd' && uid !== undefined) {
    return <DashboardPage key={uid} uid={uid} services={services} />;
  }
  if (area === 'explore') {
    return <ExplorePage services={services} />;
  }
  if (area === 'datasource') {
    return <SettingsPage uid={datasourceUid} services={services} />;
  }
  if (area === 'demo') {
    return <DemoPage />;
  }
  return (
    <Page title="Not found">
      <p>There is no page {path} here.</p>
    </Page>
  );
}
